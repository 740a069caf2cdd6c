// For browsers without modules; written for them.
addEventListener("DOMContentLoaded", function () {
  var notice = document.getElementById("notice");
  notice.hidden = false;
  notice.innerHTML = "<p>This browser is too old to draw an avatar: a current Chrome, Edge, " +
    "Firefox or Safari can.</p>";
});
