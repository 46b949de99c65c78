// Loads the page again every two seconds while work goes on. Not while somebody reads elsewhere,
// and not under the hands of somebody who uses a control of the page.
const PAUSE_MS = 2000;

setInterval(() => {
  const idle = document.activeElement === document.body || document.activeElement === null;
  if (idle && document.visibilityState === "visible") {
    location.reload();
  }
}, PAUSE_MS);
