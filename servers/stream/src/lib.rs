//! Serves packaged audio: HLS playlists, segments, waveforms.
