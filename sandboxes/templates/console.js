// Reading needs none of this: it renews what has changed, and copies codes.

const PAUSE = 3000;

function inUse(part) {
  return part.contains(document.activeElement) && document.activeElement.matches("input, select, summary, button")
    || part.querySelector("details[open]");
}

function swap(part, fresh) {
  const focused = part.contains(document.activeElement) && document.activeElement.getAttribute("href");
  part.replaceWith(fresh);
  if (focused) fresh.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

async function renew() {
  const parts = [...document.querySelectorAll("[data-live]")];
  if (!parts.length || document.hidden) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) {
    const fresh = part.id ? page.getElementById(part.id) : page.querySelector("[data-live]");
    if (!fresh || fresh.dataset.live === part.dataset.live || inUse(part)) continue;
    if (!part.id && !part.querySelector("li")) return location.reload();
    swap(part, fresh);
    document.querySelector("[role=status]").textContent = "The page has changed.";
  }
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
