// The search over the recalls that the page holds: each word of what was typed has to be there; accents and case do not matter, and a
// bar code is found by its digits, with blanks or hyphens, or zeros in front.
"use strict";
(() => {
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/’/g, "'");
  const rows = Array.from(document.querySelectorAll(".recalls tbody tr"), (row) => ({ row, text: plain(row.textContent), codes: (row.dataset.codes || "").split(" ") }));
  const box = document.getElementById("question"), said = document.getElementById("trouves");
  const look = () => {
    const digits = box.value.replace(/[\s.-]/g, ""), code = /^\d{8,14}$/.test(digits) ? digits.padStart(14, "0") : "";
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    let n = 0;
    for (const { row, text, codes } of rows) {
      const shown = code ? codes.includes(code) : words.every((word) => text.includes(word));
      row.hidden = !shown;
      n += shown;
    }
    said.textContent = words.length === 0 ? "" : n === 0 ? "Aucun de ces rappels." : n === 1 ? "1 rappel." : n + " rappels.";
  };
  box.addEventListener("input", look);
  look();
})();
