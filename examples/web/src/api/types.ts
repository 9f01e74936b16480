/** The server's JSON, as it travels. Names and units are the REST contract's. */

export interface User {
  id: string;
  email: string;
  username: string;
  role: string;
  createdAt: string;
}

/** What `POST /auth/login` answers. `expiresIn` is in seconds. */
export interface Grant {
  accessToken: string;
  tokenType: string;
  expiresIn: number;
  user: User;
}

/** What it answers instead when the account has a second factor. */
export interface SecondFactorAsked {
  ticket: string;
  expiresIn: number;
}

/** How it stands with the export of one's account; `size` is in bytes. */
export interface Export {
  status: "pending" | "ready" | "failed";
  requestedAt: string;
  size: number | null;
  expiresAt: string | null;
}

/** A provider that people can sign in with. */
export interface Provider {
  id: string;
  name: string;
}

/** What stands in the address that a provider sends the browser back to. */
export interface ProviderReturn {
  state: string;
  code: string;
  iss?: string;
}

/** What became of it; `returnTo` is the path to show now. */
export type ProviderAnswer = { returnTo: string | null } & (
  | { outcome: "signed_in"; session: Grant }
  | { outcome: "second_factor"; secondFactor: SecondFactorAsked }
  | { outcome: "linked" | "reauthenticated" }
);

export type TrackStatus = "queued" | "processing" | "ready" | "failed";
export type Visibility = "public" | "private";

/** Loudness after ITU-R BS.1770 and EBU R 128; null where there was nothing to measure (silence). */
export interface Loudness {
  integratedLufs: number | null;
  loudnessRangeLu?: number | null;
  momentaryMaxLufs?: number | null;
  shortTermMaxLufs?: number | null;
  truePeakDbtp?: number | null;
  samplePeakDbfs?: number | null;
}

/** Absolute addresses on the streaming port. */
export interface Media {
  hlsUrl: string;
  waveformUrl: string;
  pictureUrl: string;
}

export interface Track {
  id: string;
  title: string;
  artist: { id: string; username: string };
  genre: string | null;
  description: string | null;
  visibility: Visibility;
  status: TrackStatus;
  /** Share of the processing that is done, 0 to 1. */
  progress: number;
  failure: { code: string; detail: string } | null;
  durationSeconds: number | null;
  /** In hertz. */
  sampleRate: number | null;
  channels: number | null;
  loudness: Loudness | null;
  media: Media | null;
  createdAt: string;
  updatedAt: string;
}

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export type SortBy = "created_at" | "title";
export type Order = "asc" | "desc";

export interface TrackQuery {
  genre?: string;
  sortBy?: SortBy;
  order?: Order;
  cursor?: string;
  limit?: number;
}
