/** The build without subtitles, alternate audio and encryption; hls.js types only its full one. */
declare module "hls.js/light" {
  export * from "hls.js";
  export { default } from "hls.js";
}
