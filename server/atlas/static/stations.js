// 离我最近: asks the browser where one is, and sends the form with it; without it the page does all else.
"use strict";
(() => {
  const form = document.getElementById("filters");
  const button = document.getElementById("near-me");
  const said = document.getElementById("near-said");
  if (!navigator.geolocation || !window.isSecureContext) return;
  button.hidden = false;
  const found = ({ coords }) => {
    // to some ten metres: nobody need know more to find a station
    form.elements.near.value = `${coords.latitude.toFixed(4)},${coords.longitude.toFixed(4)}`;
    form.elements.datum.value = "wgs84";
    form.elements.q.value = "";
    form.submit();
  };
  const refused = () => { said.textContent = button.dataset.refused; button.disabled = false; };
  button.addEventListener("click", () => {
    said.textContent = button.dataset.busy;
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(found, refused, { timeout: 10000, maximumAge: 60000 });
  });
})();
