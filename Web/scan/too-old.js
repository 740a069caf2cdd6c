// Runs only where modules are unknown, so it is written for browsers of that age.
addEventListener("DOMContentLoaded", function () {
  document.getElementById("opening").textContent =
    "This browser is too old to film you here: a current Chrome, Edge, Firefox or Safari can.";
});
