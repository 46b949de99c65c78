// Bring the column of the open figure into sight where the map scrolls sideways.
const drawing = document.querySelector("svg.jmap");
const frame = drawing?.querySelector(".m-sel");
if (frame) {
  const scroll = drawing.parentElement;
  const middle = frame.getBoundingClientRect();
  const room = scroll.getBoundingClientRect();
  scroll.scrollLeft += middle.left + middle.width / 2 - room.left - room.width / 2;
}
