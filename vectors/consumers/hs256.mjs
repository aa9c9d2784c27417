// A verifier of `client_secret_jwt` with HS256, as an example of what `consume.mjs` takes.
import { createHmac, timingSafeEqual } from "node:crypto";

export const LAYERS = ["jws", "jwt"];
export function forget() {}

export function answer(context, now, request) {
  const { policy, clients } = context;
  if (!policy.algorithms.includes("HS256")) return "no HS256";
  try {
    const [header, payload, tag, ...more] = request.client_assertion.toString("latin1").split(".");
    const [head, claims] = [object(header), object(payload)];
    const named = request.client_id ?? claims.sub;
    const client = clients.find((client) => client.client_id === named);
    if (!client || more.length > 0) return "reject";
    if (client.alg !== "HS256" || !client.secret) return "a client of another algorithm";
    if (policy.clock_skew !== policy.future_skew) return "two leeways";
    const mac = createHmac("sha256", client.secret).update(`${header}.${payload}`).digest();
    const audience = [claims.aud].flat().map(text);
    const right = head.alg === "HS256" && !("crit" in head) && timingSafeEqual(mac, decode(tag))
      && claims.iss === named && claims.sub === named && audience.some((value) => policy.audience.includes(value))
      && number(claims.exp) + policy.clock_skew > now
      && number(claims.nbf ?? 0) <= now + policy.future_skew && number(claims.iat ?? 0) !== undefined;
    return right ? "accept" : "reject";
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError) return "reject";
    throw error;
  }
}

function object(segment) {
  const value = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(decode(segment)));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError("not an object");
  return value;
}

function decode(segment) {
  const octets = Buffer.from(segment, "base64url");
  if (octets.toString("base64url") !== segment) throw new TypeError("not base64url");
  return octets;
}

function text(value) {
  if (typeof value !== "string") throw new TypeError("not a string");
  return value;
}

function number(value) {
  if (typeof value !== "number" || !Number.isFinite(value)) throw new TypeError("not a NumericDate");
  return value;
}
