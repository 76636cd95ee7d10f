// Reading needs none of this: it renews the list when something arrives, and copies codes.

const PAUSE = 3000;

async function renew() {
  const list = document.querySelector("[data-live]");
  if (!list || document.hidden) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live]");
  if (!fresh || fresh.dataset.live === list.dataset.live) return;
  if (!list.querySelector("li")) return location.reload();
  const focused = list.contains(document.activeElement) && document.activeElement.getAttribute("href");
  list.replaceWith(fresh);
  if (focused) fresh.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  document.querySelector("[role=status]").textContent = "The list has changed.";
}

function offerCopy(code) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy ${code.textContent}`);
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  code.after(button);
}

if (navigator.clipboard) document.querySelectorAll("[data-copy]").forEach(offerCopy);
setInterval(renew, PAUSE);
