/* AAC-LC encoding by libxaac, as far as this crate needs it: one packet of 1024 frames at a time. */
#ifndef VEZA_XAAC_H
#define VEZA_XAAC_H

#include <stdint.h>

enum {
  VEZA_XAAC_FRAMES = 1024,
  /* The most bytes of a packet, for each channel: the decoder's input buffer. */
  VEZA_XAAC_CHANNEL_BYTES = 768
};

typedef struct veza_xaac veza_xaac;

/* Opens an encoder. `channels` is 1, 2 or 6 (L R C LFE Ls Rs); `bandwidth`, in Hz, of 0 leaves it
 * to libxaac. Answers 0 and sets `*encoder`, which veza_xaac_close must be given later, or else
 * answers libxaac's error, or -1 where memory is short. */
int32_t veza_xaac_open(uint32_t sample_rate, uint32_t channels, uint32_t bit_rate,
                       uint32_t bandwidth, veza_xaac **encoder);

/* Encodes VEZA_XAAC_FRAMES frames, interleaved and with 1.0 for full scale, into `packet`, which
 * has room for VEZA_XAAC_CHANNEL_BYTES for each channel. Answers the packet's bytes, or the
 * negative of libxaac's error. */
int32_t veza_xaac_encode(veza_xaac *encoder, const float *frames, uint8_t *packet);

/* Frees an encoder; NULL is let pass. */
void veza_xaac_close(veza_xaac *encoder);

#endif
