// A provider of identities which lets everybody in as whoever they say they are, by oidc-provider.
//
// Arguments: port, address to come back to (several are separated by commas).
//
// Whoever signs in as `name` is the subject `name` with the address `name@example.com`, which is
// proved; `name~other` has the address of `other`, and `unproved-name` one that is not proved.

import { generateKeyPairSync } from "node:crypto";
import { Provider } from "oidc-provider";

const [port, redirects] = process.argv.slice(2);
const redirect_uris = redirects.split(",");
const issuer = `http://127.0.0.1:${port}`;

const key = (kind, options, more) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" }),
  ...more,
});

const provider = new Provider(issuer, {
  clients: [
    { client_id: "veza", client_secret: "a secret: with & and %", redirect_uris },
    {
      client_id: "veza-es256",
      client_secret: "another secret",
      redirect_uris,
      id_token_signed_response_alg: "ES256",
    },
    {
      client_id: "veza-public",
      token_endpoint_auth_method: "none",
      redirect_uris,
      id_token_signed_response_alg: "EdDSA",
    },
  ],
  jwks: {
    keys: [
      key("rsa", { modulusLength: 2048 }, { use: "sig", alg: "RS256" }),
      key("ec", { namedCurve: "P-256" }, { use: "sig", alg: "ES256" }),
      key("ed25519", {}, { use: "sig", alg: "EdDSA" }),
    ],
  },
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256", "EdDSA"] },
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name", "preferred_username"],
  },
  cookies: { keys: ["of a test"] },
  pkce: { required: () => true },
  async findAccount(_, id) {
    const [name, other] = id.split("~");
    return {
      accountId: id,
      async claims() {
        return {
          sub: id,
          email: `${other ?? name}@example.com`,
          email_verified: !name.startsWith("unproved"),
          preferred_username: name,
          name: `The one called ${name}`,
        };
      },
    };
  },
});

provider.listen(Number(port), "127.0.0.1");
