"use strict";
/* Keeps a page as the server has it. An element marked data-live names the address of its parts; whatever has an id
   is kept in place and only changed where it differs, so that nothing that is being read or typed is lost. */
(() => {
  const known = new WeakMap();
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let spoken = 0;

  const kept = (element) => element.hasAttribute("data-keep");
  const holds = (element) => element.querySelector("[id],[data-keep]") !== null;

  function partner(old, child, taken) {
    const found = child.id
      ? [...old.children].find((one) => one.id === child.id)
      : [...old.children].find((one) => !one.id && one.tagName === child.tagName && !taken.has(one));
    if (found) taken.add(found);
    return found;
  }

  function merge(old, fresh, first) {
    const now = fresh.outerHTML;
    if (known.get(old) === now) return;
    known.set(old, now);
    if (old.className !== fresh.className && !old.hasAttribute("data-live")) old.className = fresh.className;
    for (const name of ["value", "disabled"]) {
      const says = fresh.getAttribute(name);
      if (old.tagName !== "INPUT" && says !== old.getAttribute(name)) says === null ? old.removeAttribute(name) : old.setAttribute(name, says);
    }
    if (old.id === "ending") old.hidden = fresh.hidden;
    if (!holds(fresh) && !holds(old)) {
      if (old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
      return;
    }
    const taken = new Set();
    const news = [];
    const end = old.scrollHeight - old.scrollTop - old.clientHeight < 60;
    let place = null;
    for (const child of [...fresh.children]) {
      let mine = partner(old, child, taken);
      if (!mine) {
        mine = document.importNode(child, true);
        known.set(mine, child.outerHTML);
        taken.add(mine);
        if (!first) news.push(mine);
      } else if (!kept(mine)) {
        merge(mine, child, first);
      }
      const next = place ? place.nextElementSibling : old.firstElementChild;
      if (next !== mine) old.insertBefore(mine, next);
      place = mine;
    }
    for (const one of [...old.children]) if (!taken.has(one) && !kept(one)) one.remove();
    news.forEach(arrived);
    if (end && old.classList.contains("bubbles")) old.scrollTo({ top: old.scrollHeight, behavior: still.matches ? "auto" : "smooth" });
  }

  function arrived(element) {
    element.classList.add("fresh");
    setTimeout(() => element.classList.remove("fresh"), 600);
    if (element.matches(".mail")) for (const one of element.parentElement?.children || []) one.open = one === element;
    const says = document.querySelector("[data-says]");
    const words = element.matches(".in") && element.querySelector("p");
    if (says && words && Date.now() - spoken > 10000) {
      spoken = Date.now();
      says.textContent = "New text: " + words.textContent;
    }
  }

  async function renew(live) {
    let wait = Number(live.dataset.every || 2000);
    try {
      const answer = await fetch(live.dataset.live, { cache: "no-store" });
      if (answer.ok) {
        const box = document.createElement("div");
        box.innerHTML = await answer.text();
        box.className = live.className;
        merge(live, box, false);
        show(live);
      }
      live.removeAttribute("data-lost");
    } catch {
      live.setAttribute("data-lost", "");
      wait = 4000;
    }
    setTimeout(renew, document.hidden ? 4000 : wait, live);
  }

  /* Tabs are named in data-tabs, as "id=name;", and stand where #tabs is. */
  function tabs() {
    const named = document.querySelector("[data-tabs]");
    const box = document.getElementById("tabs");
    if (!named || !box) return;
    for (const [index, pair] of named.dataset.tabs.split(";").filter(Boolean).entries()) {
      const [id, name] = pair.split("=");
      const tab = document.createElement("button");
      tab.type = "button";
      tab.dataset.phone = id;
      tab.setAttribute("aria-pressed", String(index === 0));
      tab.append(name, document.createElement("sup"));
      box.append(tab);
    }
  }

  /* One phone at a time, where there are tabs. */
  function show(live) {
    const tabs = [...document.querySelectorAll("[data-phone]")];
    if (!tabs.length) return;
    const chosen = tabs.find((tab) => tab.getAttribute("aria-pressed") === "true") || tabs[0];
    for (const tab of tabs) {
      const phone = document.getElementById(tab.dataset.phone);
      if (!phone) continue;
      phone.hidden = tab !== chosen;
      const count = phone.querySelectorAll(".in").length;
      if (tab === chosen) tab.dataset.seen = count;
      const unread = count - Number(tab.dataset.seen || 0);
      const mark = tab.querySelector("sup");
      mark.textContent = unread > 0 ? unread : "";
      mark.setAttribute("aria-label", unread > 0 ? unread + " unread" : "");
      if (tab === chosen && phone.dataset.shown !== "1") {
        phone.dataset.shown = "1";
        const list = phone.querySelector(".bubbles");
        list.scrollTop = list.scrollHeight;
      }
    }
    return live;
  }

  async function reply(form) {
    const said = form.querySelector(".said");
    const button = form.querySelector("button");
    button.disabled = true;
    said.textContent = "Sending";
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      said.textContent = answer.ok ? "" : "It was not taken. See the log of the service.";
      if (answer.ok) form.elements.text.value = "";
    } catch {
      said.textContent = "The service does not answer.";
    }
    button.disabled = false;
    form.elements.text.focus();
  }

  document.addEventListener("submit", (event) => {
    if (event.target.matches(".reply")) {
      event.preventDefault();
      reply(event.target);
    } else if (event.target.matches("[data-quiet]")) {
      event.preventDefault();
      fetch(event.target.action, { method: "POST" });
    }
  });
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-phone]");
    if (!tab) return;
    for (const one of document.querySelectorAll("[data-phone]")) one.setAttribute("aria-pressed", String(one === tab));
    show(null);
  });
  for (const list of document.querySelectorAll(".bubbles")) list.scrollTop = list.scrollHeight;
  tabs();
  show(null);
  for (const live of document.querySelectorAll("[data-live]")) setTimeout(renew, 300, live);
})();
