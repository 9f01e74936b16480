/* Drives the AAC core of libxaac's encoder.
 *
 * libxaac's own interface (ixheaace_api.c) brings in USAC, SBR, MPEG Surround and DRC, takes 16-bit
 * samples, and lets its core work in memory that it shares with SBR. The core takes floats and can
 * be called by itself: that is what stands here. */

#include "veza_xaac.h"

#include <stdlib.h>
#include <string.h>

#include "ixheaac_type_def.h"
#include "ixheaac_constants.h"
#include "ixheaace_aac_constants.h"
#include "ixheaac_error_standards.h"
#include "ixheaace_psy_const.h"
#include "ixheaace_tns.h"
#include "ixheaace_tns_params.h"
#include "ixheaace_rom.h"
#include "ixheaace_common_rom.h"
#include "ixheaace_adjust_threshold_data.h"
#include "ixheaace_bitbuffer.h"
#include "ixheaace_dynamic_bits.h"
#include "ixheaace_qc_data.h"
#include "ixheaace_channel_map.h"
#include "ixheaace_block_switch.h"
#include "ixheaace_psy_data.h"
#include "ixheaace_interface.h"
#include "ixheaace_write_bitstream.h"
#include "ixheaace_psy_configuration.h"
#include "ixheaace_psy_mod.h"
#include "ixheaace_stereo_preproc.h"
#include "ixheaace_enc_main.h"
#include "ixheaace_qc_util.h"
#include "ixheaace_common_utils.h"
#include "ixheaace_api.h"

/* Bit rate of the low-frequency channel. With the 8000 of libxaac a steady tone is lost. */
#define LFE_BIT_RATE 16000
/* What a single channel gets of what a pair gets. */
#define SINGLE_SHARE 0.625

/* Words of the core's four work areas; libxaac gives it 1024, 4096 and 4096 words and 23 KiB of
 * its own, of which it uses less. */
#define WORK_WORDS 4096
#define WORK_BYTES 65536

typedef struct {
  ixheaace_element_type type;
  WORD32 channels;
  WORD32 first; /* its first channel in a frame of the input */
  WORD32 tag;
} element_plan;

#define MAX_ELEMENTS 4

struct veza_xaac {
  WORD32 channels;
  WORD32 elements;
  element_plan plan[MAX_ELEMENTS];
  iexheaac_encoder_str *core[MAX_ELEMENTS];
  iaace_scratch work;
  ixheaace_aac_tables tables;
  ixheaace_bit_buf bits;
  WORD32 fill_bits;
  FLOAT32 time[VEZA_XAAC_FRAMES * IXHEAACE_MAX_CH_IN_BS_ELE];
};

static const element_plan MONO[] = {{ID_SCE, 1, 0, 0}};
static const element_plan STEREO[] = {{ID_CPE, 2, 0, 0}};
static const element_plan SURROUND_5_1[] = {
    {ID_SCE, 1, 2, 0}, {ID_CPE, 2, 0, 0}, {ID_CPE, 2, 4, 1}, {ID_LFE, 1, 3, 0}};

static void set_plan(veza_xaac *encoder, const element_plan *plan, WORD32 elements) {
  memcpy(encoder->plan, plan, (size_t)elements * sizeof(*plan));
  encoder->elements = elements;
}

/* The bit rate of one element out of that of all. */
static WORD32 bit_rate_of(const veza_xaac *encoder, const element_plan *element,
                          WORD32 bit_rate) {
  WORD32 pair;
  if (encoder->elements == 1) {
    return bit_rate;
  }
  if (element->type == ID_LFE) {
    return LFE_BIT_RATE;
  }
  pair = (WORD32)((bit_rate - LFE_BIT_RATE) / (2 + SINGLE_SHARE));
  return element->channels == 2 ? pair : (WORD32)(SINGLE_SHARE * pair);
}

static int32_t open_element(veza_xaac *encoder, WORD32 index, uint32_t sample_rate,
                            uint32_t bit_rate, uint32_t bandwidth) {
  const element_plan *element = &encoder->plan[index];
  iaace_config config;
  WORD32 size = ia_enhaacplus_enc_aac_enc_pers_size(element->channels, AOT_AAC_LC);

  encoder->core[index] = (iexheaac_encoder_str *)calloc(1, (size_t)size);
  if (encoder->core[index] == NULL) {
    return -1;
  }
  ia_enhaacplus_enc_aac_init_default_config(&config, AOT_AAC_LC);
  config.sample_rate = (WORD32)sample_rate;
  config.core_sample_rate = (WORD32)sample_rate;
  config.native_sample_rate = (WORD32)sample_rate;
  config.bit_rate = bit_rate_of(encoder, element, (WORD32)bit_rate);
  config.num_in_channels = element->channels;
  config.num_out_channels = element->channels;
  config.band_width = element->type == ID_LFE ? 0 : (WORD32)bandwidth;
  config.use_tns = 1;
  return ia_enhaacplus_enc_aac_enc_open(&encoder->core[index], config, &encoder->work,
                                        &encoder->tables, element->type, element->tag,
                                        AOT_AAC_LC);
}

int32_t veza_xaac_open(uint32_t sample_rate, uint32_t channels, uint32_t bit_rate,
                       uint32_t bandwidth, veza_xaac **out) {
  WORD32 index;
  int32_t error = 0;
  veza_xaac *encoder = (veza_xaac *)calloc(1, sizeof(*encoder));
  *out = NULL;
  if (encoder == NULL) {
    return -1;
  }
  switch (channels) {
    case 1:
      set_plan(encoder, MONO, 1);
      break;
    case 2:
      set_plan(encoder, STEREO, 1);
      break;
    case 6:
      set_plan(encoder, SURROUND_5_1, 4);
      break;
    default:
      free(encoder);
      return -1;
  }
  encoder->channels = (WORD32)channels;
  encoder->work.shared_buffer1 = (WORD32 *)calloc(WORK_WORDS, sizeof(WORD32));
  encoder->work.shared_buffer_2 = (WORD32 *)calloc(WORK_WORDS, sizeof(WORD32));
  encoder->work.shared_buffer3 = (WORD32 *)calloc(WORK_WORDS, sizeof(WORD32));
  encoder->work.shared_buffer5 = (WORD8 *)calloc(WORK_BYTES, 1);
  if (encoder->work.shared_buffer1 == NULL || encoder->work.shared_buffer_2 == NULL ||
      encoder->work.shared_buffer3 == NULL || encoder->work.shared_buffer5 == NULL) {
    veza_xaac_close(encoder);
    return -1;
  }
  ia_enhaacplus_enc_init_aac_tabs(&encoder->tables);
  for (index = 0; index < encoder->elements && error == 0; index++) {
    error = open_element(encoder, index, sample_rate, bit_rate, bandwidth);
  }
  if (error != 0) {
    veza_xaac_close(encoder);
    return error;
  }
  *out = encoder;
  return 0;
}

int32_t veza_xaac_encode(veza_xaac *encoder, const float *frames, uint8_t *packet) {
  WORD32 index, frame, channel;
  WORD32 bytes = 0, write_pce = 0, spectrum_is_zero = 0, gain_is_limited = 0;
  IA_ERRORCODE error;

  encoder->fill_bits = 0;
  for (index = 0; index < encoder->elements; index++) {
    const element_plan *element = &encoder->plan[index];
    UWORD8 ancillary_bytes = 0;
    const float *from = frames + element->first;
    FLOAT32 *to = encoder->time;
    for (frame = 0; frame < VEZA_XAAC_FRAMES; frame++) {
      for (channel = 0; channel < element->channels; channel++) {
        *to++ = from[channel] * 32768.0f;
      }
      from += encoder->channels;
    }
    error = ia_enhaacplus_enc_aac_core_encode(
        encoder->core, encoder->time, (UWORD32)element->channels, NULL, &ancillary_bytes, packet,
        &bytes, &encoder->tables, &encoder->bits, &encoder->bits,
        index == encoder->elements - 1, &write_pce, 0, 0, index, &encoder->fill_bits,
        encoder->channels, AOT_AAC_LC, 0, encoder->elements, &spectrum_is_zero,
        &gain_is_limited);
    if (error != IA_NO_ERROR) {
      return -(int32_t)(error & 0x7fffffff);
    }
  }
  return bytes;
}

void veza_xaac_close(veza_xaac *encoder) {
  WORD32 index;
  if (encoder == NULL) {
    return;
  }
  for (index = 0; index < MAX_ELEMENTS; index++) {
    free(encoder->core[index]);
  }
  free(encoder->work.shared_buffer1);
  free(encoder->work.shared_buffer_2);
  free(encoder->work.shared_buffer3);
  free(encoder->work.shared_buffer5);
  free(encoder);
}
