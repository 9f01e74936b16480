/******************************************************************************
 *                                                                            *
 * Copyright (C) 2023 The Android Open Source Project
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at:
 *
 * http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 *
 *****************************************************************************
 * Originally developed and contributed by Ittiam Systems Pvt. Ltd, Bangalore
 */

#pragma once
/* Input Config Params default values */

#define BITRESERVOIR_SIZE_CONFIG_PARAM_DEFAULT_VALUE (768)
#define NUM_CHANNELS_CONFIG_PARAM_DEFAULT_VALUE (2)
#define AAC_SAMP_FREQ_CONFIG_PARAM_DEFAULT_VALUE (44100)
#define NUM_MEMTABS_CONFIG_PARAM_DEFAULT_VALUE (10)
#define AAC_CLASSIC_CONFIG_PARAM_DEFAULT_VALUE (0)
#define USE_PS_CONFIG_PARAM_DEFAULT_VALUE (0)
#define CHMODE_NUM_CHANNELS_CONFIG_PARAM_DEFAULT_VALUE (2)
#define CHMODE_CONFIG_PARAM_DEFAULT_VALUE (1)
#define ADTS_FLAG_CONFIG_PARAM_DEFAULT_VALUE (0)
#define ADIF_FLAG_CONFIG_PARAM_DEFAULT_VALUE (0)
#define CHANNEL_MASK_CONFIG_PARAM_DEFAULT_VALUE (0)
#define NUM_COUPLING_CHANNEL_CONFIG_PARAM_DEFAULT_VALUE (0)
#define ELEMENT_TYPE_CONFIG_PARAM_DEFAULT_VALUE (-1)
#define ELEMENT_SLOT_CONFIG_PARAM_DEFAULT_VALUE (0)
#define NUM_BS_ELEMENTS_CONFIG_PARAM_DEFAULT_VALUE (1)
#define ELEMENT_INSTANCE_TAG_CONFIG_PARAM_DEFAULT_VALUE (0)
#define AAC_CFG_CALC_CRC_CONFIG_PARAM_DEFAULT_VALUE (0)
#define AAC_CFG_FULL_BW_CONFIG_PARAM_DEFAULT_VALUE (0)
#define ELDSBR_FOUND_CONFIG_PARAM_DEFAULT_VALUE (0)
#define USE_MPS_PARAM_DEFAULT_VALUE (0)
#define USE_MPS_TREE_CONFIG_PARAM_DEFAULT_VALUE (0)
#define USE_FRAMELENGTH_SMALL_PARAM_DEFAULT_VALUE (0)
#define AAC_BITRATE_DEFAULT_VALUE (48000)

#define USAC_SAMP_FREQ_CONFIG_PARAM_DEFAULT_VALUE (48000)
#define USAC_SBR_PVC_DEFAULT_VALUE (0)
#define USAC_SBR_INTER_TES_DEFAULT_VALUE (0)
#define USAC_SBR_HARMONIC_DEFAULT_VALUE (0)
#define USAC_FILL_ELEMENT_DEFAULT_VALUE (1)
#define USAC_DRC_DEFAULT_VALUE (0)
#define USAC_COMPLEX_PREDECTION_DEFAULT_VALUE (0)
#define USAC_TNS_DEFAULT_VALUE (0)
#define USAC_FLAG_NOISE_FILLING_DEFAULT_VALUE (0)
#define USAC_BITRATE_DEFAULT_VALUE (96000)
#define USAC_DEFAULT_ACELP_FLAG_VALUE (0)
#define USAC_DEFAULT_STREAM_ID_VALUE (0)
