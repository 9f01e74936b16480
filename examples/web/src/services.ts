import { Client } from "./api/client";
import { Auth } from "./auth/session";
import { Player, type PlayStatus } from "./player/player";
import { Uploads } from "./upload/uploads";
import { useSelection, useStore } from "./ui/store";

/** The one of each that the page is made of; components take them from here. */
export const API_BASE = "/api/v1";
export const client: Client = new Client({
  base: API_BASE,
  token: () => auth.token(),
  renew: () => auth.renew(),
});
export const auth = new Auth(window.sessionStorage, window.localStorage, client);
export const player = new Player();
export const uploads = new Uploads(`${API_BASE}/tracks`, auth);

export const useAuth = () => useStore(auth.state);
export const useUser = () => useAuth().session?.user ?? null;
export const usePlayer = () => useStore(player.state);
export const useUploads = () => useStore(uploads.state);

/** How the player stands to the track `id`: null while it has another one, or none. */
export const usePlayStatus = (id: string): PlayStatus | null =>
  useSelection(player.state, (state) => (state.track?.id === id ? state.status : null));
