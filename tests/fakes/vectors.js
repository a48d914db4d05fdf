// What the scripts of the hostile pages have in common.

const echo = (body, type = "text/html", ...headers) =>
  `/echo?${new URLSearchParams([["body", body], ["type", type], ...headers.map((header) => ["header", header])])}`;

const frame = (src, srcdoc) => {
  const element = document.createElement("iframe");
  Object.assign(element, srcdoc ? { srcdoc } : { src });
  return document.body.appendChild(element);
};

const worker = (code, options) =>
  new Worker(URL.createObjectURL(new Blob([code], { type: "text/javascript" })), options);

const call = async (window, server) => {
  const peer = new window.RTCPeerConnection({ iceServers: [server] });
  peer.createDataChannel("x");
  await peer.setLocalDescription();
  (globalThis.peers ??= []).push(peer);
};

const candidate = async (address, protocol) => {
  const [host, port] = address.split(":");
  const [one, other] = [new RTCPeerConnection(), new RTCPeerConnection()];
  (globalThis.peers ??= []).push(one, other);
  one.createDataChannel("x");
  await one.setLocalDescription();
  await other.setRemoteDescription(one.localDescription);
  await other.setLocalDescription();
  await one.setRemoteDescription(other.localDescription);
  const kind = protocol === "tcp" ? "tcp 1518280447" : "udp 2122260223";
  const ending = protocol === "tcp" ? "typ host tcptype passive" : "typ host";
  await one.addIceCandidate({ candidate: `candidate:1 1 ${kind} ${host} ${port} ${ending}`, sdpMid: "0" });
};

// A vector that throws has been stopped already; the others go on.
const vector = (run, aims) => run(aims).catch(() => undefined);
