// Makes the pages quicker to use; all of them work without it.

const form = document.getElementById("pay");

function group(digits) {
  const amex = /^3[47]/.test(digits);
  return digits.replace(amex ? /^(\d{0,4})(\d{0,6})(\d{0,5}).*/ : /(\d{4})(?=\d)/g, amex ? "$1 $2 $3" : "$1 ").trim();
}

function set(name, value) {
  const field = form.elements[name];
  if (field) field.value = value;
}

document.addEventListener("click", (event) => {
  const chosen = event.target.closest("button[name=use]");
  if (!chosen || !form) return;
  event.preventDefault();
  set("number", chosen.value);
  set("expiry", "12 / 34");
  set("cvc", "123");
  const empty = ["email", "name"].map((name) => form.elements[name]).find((field) => field && !field.value);
  (empty || form.querySelector("button.pay")).focus();
});

document.addEventListener("input", ({ target }) => {
  // Who edits in the middle is left alone, for the cursor would jump.
  if (target.selectionStart !== target.value.length) return;
  const digits = target.value.replace(/\D/g, "");
  if (target.name === "number") target.value = group(digits.slice(0, 19));
  if (target.name === "expiry" && digits.length > 2) target.value = `${digits.slice(0, 2)} / ${digits.slice(2, 6)}`;
});

document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) return event.preventDefault();
  event.target.dataset.sent = "yes";
  const button = event.submitter;
  if (!button?.dataset.busy) return;
  button.setAttribute("aria-busy", "true");
  button.textContent = button.dataset.busy;
});

// A page that the browser brings back from its memory can be sent again.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
