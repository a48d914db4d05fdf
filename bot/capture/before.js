// Runs in every document before its own scripts.

// The proxy sees every request but those of WebRTC; the browser's flags forbid those, this hides the door as well.
delete globalThis.RTCPeerConnection;
delete globalThis.webkitRTCPeerConnection;

// A link into an app (tg:, intent:, weixin:) that is followed while the page loads would cut the page off there.
navigation.addEventListener("navigate", (event) => {
  if (event.cancelable && !/^(https?|data|blob|about):/.test(event.destination.url)) event.preventDefault();
});
