// How do rows of a formset come, go and move without a round trip? Only an improvement: without it
// "Tambah baris" is a submit, "Hapus" a tick and the order a number.
"use strict";

document.querySelectorAll("[data-rows]").forEach((rows) => {
  const prefix = rows.dataset.rows;
  const body = rows.querySelector("[data-rows-body]");
  const source = rows.querySelector("[data-rows-template]");
  const total = rows.querySelector(`[name="${prefix}-TOTAL_FORMS"]`);
  const most = Number(rows.querySelector(`[name="${prefix}-MAX_NUM_FORMS"]`).value);
  const add = rows.querySelector("[name=add_row]");
  const all = () => [...body.querySelectorAll("[data-row]")];

  const number = () => {
    all().forEach((row, index) => {
      const name = row.querySelector("[data-row-name]");
      const short = row.querySelector("[data-row-number]");
      name.textContent = name.textContent.replace(/\S+$/, index + 1);
      if (short) short.textContent = index + 1;
      const order = row.querySelector("[data-row-order] input");
      if (order) order.value = index + 1;
    });
  };

  const enhance = (row) => {
    const order = row.querySelector("[data-row-order]");
    const move = row.querySelector("[data-row-move]");
    if (!order || !move) return;
    order.hidden = true;
    move.hidden = false;
  };

  all().forEach(enhance);

  if (add && source) {
    add.type = "button";
    add.addEventListener("click", () => {
      const index = Number(total.value);
      if (index >= most) return;
      const holder = document.createElement(body.tagName);
      holder.innerHTML = source.innerHTML.replaceAll("__prefix__", index).replaceAll("__number__", index + 1);
      const row = holder.firstElementChild;
      body.append(row);
      total.value = index + 1;
      enhance(row);
      number();
      row.querySelector(".rows__cell :is(input, select, textarea)").focus();
    });
  }

  body.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const row = button.closest("[data-row]");
    const other = button.dataset.move === "up" ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (button.dataset.move === "up") other.before(row);
    else other.after(row);
    number();
    button.focus();
  });
});
