// The face of FeedPlayer. It draws what Python says and tells Python what the viewer did;
// it believes nothing of its own.

const UNATTENDED = 4; // clips that may end without a sign of life before the feed waits

const ICONS = {
  play: '<path d="M8 5.2v13.6L19 12z"/>',
  pause: '<path d="M7 5h3.6v14H7zM13.4 5H17v14h-3.6z"/>',
  like: '<path d="M12 20.3 4.6 13a4.9 4.9 0 0 1 0-7 4.9 4.9 0 0 1 6.9 0l.5.5.5-.5a4.9 4.9 0 0 1 6.9 0 4.9 4.9 0 0 1 0 7z"/>',
  skip: '<path d="m5.6 8.2 6.4 6 6.4-6 1.6 1.7-8 7.5-8-7.5z"/>',
  muted: '<path d="M4 9.2v5.6h3.6l4.9 4.2V5L7.6 9.2zM15 9.4l1.2-1.2 2.3 2.3 2.3-2.3L22 9.4l-2.3 2.3L22 14l-1.2 1.2-2.3-2.3-2.3 2.3L15 14l2.3-2.3z"/>',
  loud: '<path d="M4 9.2v5.6h3.6l4.9 4.2V5L7.6 9.2zM15.2 8.3a5 5 0 0 1 0 7.4l1.2 1.2a6.7 6.7 0 0 0 0-9.8zM17.8 5.7a8.7 8.7 0 0 1 0 12.6l1.2 1.2a10.4 10.4 0 0 0 0-15z"/>',
};

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function iconButton(name, label, icon) {
  const button = make("button", { type: "button", class: `fp-button fp-${name}` });
  setIcon(button, icon, label);
  return button;
}

function setIcon(button, icon, label) {
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true">${ICONS[icon]}</svg>`;
  button.setAttribute("aria-label", label);
  button.title = label;
}

function signed(value) {
  const digits = Math.abs(value).toFixed(2);
  return digits === "0.00" ? digits : (value < 0 ? "−" : "+") + digits;
}
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

function buildPhone() {
  const parts = {
    glow: make("canvas", { class: "fp-glow", width: 24, height: 42, "aria-hidden": "true" }),
    video: make("video", { playsinline: "", preload: "auto", class: "fp-video" }),
    start: iconButton("start", "Play", "play"),
    notice: make("p", { class: "fp-notice", hidden: "" }),
    title: make("strong", { class: "fp-title" }),
    byline: make("span", { class: "fp-byline" }),
    progress: make("div", { class: "fp-progress", "aria-hidden": "true" }, make("i")),
    like: iconButton("like", "Like (L)", "like"),
    sound: iconButton("sound", "Turn the sound on (M)", "muted"),
    pause: iconButton("pause", "Play (space)", "play"),
    skip: iconButton("skip", "Skip to the next video (arrow down)", "skip"),
  };
  parts.video.muted = true;
  parts.screen = make(
    "div",
    { class: "fp-screen" },
    parts.glow,
    parts.video,
    parts.notice,
    parts.start,
    make("div", { class: "fp-actions" }, parts.like, parts.sound, parts.pause, parts.skip),
    make("div", { class: "fp-caption" }, parts.title, parts.byline),
    parts.progress,
  );
  const keys = make("p", { class: "fp-keys" });
  keys.innerHTML =
    "<kbd>space</kbd> play <kbd>L</kbd> like <kbd>↓</kbd> skip <kbd>M</kbd> sound";
  parts.phone = make("div", { class: "fp-phone" }, parts.screen, keys);
  return parts;
}

function buildPanels() {
  const parts = {
    why: make("p", { class: "fp-why" }),
    cards: make("div", { class: "fp-cards" }),
    bars: make("ul", { class: "fp-bars" }),
    said: make("p", { class: "fp-said", role: "status", "aria-live": "polite" }),
  };
  parts.agents = make(
    "section",
    { class: "fp-agents", "aria-label": "What each agent would show next" },
    make("p", { class: "fp-head" }, "Why this video"),
    parts.why,
    make("p", { class: "fp-head" }, "What each agent would show next"),
    parts.cards,
  );
  parts.you = make(
    "section",
    { class: "fp-you", "aria-label": "The picture of you" },
    make("p", { class: "fp-head" }, "The picture of you"),
    make("p", { class: "fp-scale", "aria-hidden": "true" },
      make("span", {}, "not for you"), make("span", {}, "for you")),
    parts.bars,
  );
  return parts;
}

function drawCard(wish, onVoice) {
  const card = make("article", { class: `fp-card fp-is-${wish.agent}` });
  const head = make("header", {}, make("b", {}, capital(wish.agent)));
  if (wish.is_next) head.append(make("span", { class: "fp-chip" }, "up next"));
  if (wish.voice !== null) {
    const slider = make("input", {
      type: "range", min: 0, max: 1, step: 0.1, value: wish.voice,
      "aria-label": `Voice of the agent for ${wish.agent}`,
    });
    slider.addEventListener("change", () => onVoice(wish.agent, Number(slider.value)));
    const label = make("label", { class: "fp-voice", title: "How much this agent counts" }, "voice");
    label.append(slider);
    head.append(label);
  }
  const meter = make("i");
  meter.style.width = `${100 * wish.confidence}%`;
  card.append(
    head,
    make("p", { class: "fp-wish" }, wish.title ? `“${wish.title}”` : "No wish yet"),
    make("p", { class: "fp-reason" }, wish.reason),
    make("p", { class: "fp-sure" },
      make("span", { class: "fp-meter", "aria-hidden": "true" }, meter),
      `${Math.round(100 * wish.confidence)} % sure`),
  );
  return card;
}

function drawBar({ topic, now, before }) {
  const change = now - before;
  const moved = Math.abs(change) >= 0.005;
  const row = make("li", { class: moved ? "fp-row fp-moved" : "fp-row" });
  const track = make("span", { class: "fp-track", "aria-hidden": "true" });
  const bar = make("i", { class: now < 0 ? "fp-bar fp-minus" : "fp-bar fp-plus" });
  bar.style.left = `${50 + 50 * Math.min(0, now)}%`;
  bar.style.width = `${50 * Math.abs(now)}%`;
  track.append(bar);
  if (moved) {
    const ghost = make("i", { class: "fp-ghost" });
    ghost.style.left = `${50 + 50 * before}%`;
    track.append(ghost);
  }
  const arrow = moved ? (change > 0 ? "▲ " : "▼ ") : "";
  const value = make("span", { class: "fp-value" }, arrow + signed(now));
  if (moved) value.setAttribute("aria-label", `${signed(now)}, was ${signed(before)}`);
  row.append(make("span", { class: "fp-topic" }, topic), track, value);
  return row;
}

function render({ model, el }) {
  const p = { ...buildPhone(), ...buildPanels() };
  const root = make(
    "div",
    {
      class: "mavrs-feed",
      tabindex: 0,
      role: "region",
      "aria-label": "Feed player. Space plays, L likes, arrow down skips, M switches the sound.",
      "data-lm-suppress-shortcuts": "true",
    },
    make("div", { class: "fp-grid" }, p.phone, p.agents, p.you, p.said),
  );
  el.append(root);

  const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  let shown = 0; // the page whose clip is in the video element
  let leaving = false; // told Python, waiting for the next page
  let wanted = false; // the viewer wants it to play
  let unattended = 0;
  let url = null;
  let frame = 0;
  let waiting = 0;

  const page = () => model.get("page");
  function tell(message) {
    try {
      model.send({ page: page().number, ...message });
    } catch {
      // The kernel was restarted or shut down: nothing that is pressed here can be answered.
      root.classList.remove("fp-leaving");
      notify("The kernel is gone. Run this cell again to go on.");
    }
  }
  const share = () => p.video.currentTime / (p.video.duration || 1);

  function drawPage() {
    const { title, creator, topic, minutes, why, said, wishes, picture, liked } = page();
    p.title.textContent = title;
    p.byline.textContent = `${creator} · ${topic} · ${minutes} min`;
    p.why.textContent = why;
    p.said.textContent = said || "Play the first video. Skip it, like it or watch it to the end.";
    p.like.setAttribute("aria-pressed", liked);
    p.you.hidden = picture.length === 0;
    p.bars.replaceChildren(...picture.map(drawBar));
    const held = p.cards.contains(document.activeElement) && document.activeElement.ariaLabel;
    p.cards.replaceChildren(
      ...wishes.map((wish) =>
        drawCard(wish, (agent, weight) => tell({ action: "voice", agent, weight })),
      ),
    );
    if (held) p.cards.querySelector(`[aria-label="${held}"]`)?.focus();
  }

  function loadClip() {
    const number = model.get("clip_page");
    if (number !== page().number || number === shown) return;
    shown = number;
    leaving = false;
    if (url) URL.revokeObjectURL(url);
    url = URL.createObjectURL(new Blob([model.get("clip")], { type: "video/mp4" }));
    p.video.src = url;
    clearTimeout(waiting);
    p.notice.hidden = true;
    root.classList.remove("fp-leaving");
    if (wanted) play();
  }

  function notify(text) {
    p.notice.textContent = text;
    p.notice.hidden = false;
  }

  function waitForKernel() {
    const text = "Waiting for the kernel. It may be busy with other cells; if it is not running, run this cell.";
    waiting = setTimeout(() => p.notice.hidden && notify(text), 1500);
  }

  function play() {
    wanted = true;
    p.video.play().catch(() => {
      if (p.video.error) return;
      wanted = false; // the browser wants to be asked first
      drawControls();
    });
  }

  function pause() {
    wanted = false;
    p.video.pause();
    drawControls();
  }

  function drawControls() {
    const playing = !p.video.paused && !p.video.ended;
    p.start.hidden = playing || leaving || wanted;
    setIcon(p.pause, playing ? "pause" : "play", playing ? "Pause (space)" : "Play (space)");
  }

  function leave(seen) {
    if (leaving || shown !== page().number) return;
    leaving = true;
    p.video.pause();
    root.classList.add("fp-leaving");
    tell({ action: "leave", share: seen });
    waitForKernel();
  }

  function skip() {
    wanted = true;
    leave(share());
  }

  function like() {
    if (page().liked || leaving) return;
    p.like.setAttribute("aria-pressed", "true");
    tell({ action: "like", share: share() });
  }

  function toggleSound() {
    p.video.muted = !p.video.muted;
    setIcon(
      p.sound,
      p.video.muted ? "muted" : "loud",
      p.video.muted ? "Turn the sound on (M)" : "Turn the sound off (M)",
    );
  }

  const toggle = () => (p.video.paused ? play() : pause());

  function ended() {
    unattended += 1;
    if (unattended >= UNATTENDED) wanted = false;
    leave(1);
  }

  function paint() {
    const { video, glow, progress } = p;
    progress.firstChild.style.width = `${100 * share()}%`;
    if (video.readyState >= 2) glow.getContext("2d").drawImage(video, 0, 0, glow.width, glow.height);
    frame = video.paused ? 0 : requestAnimationFrame(paint);
  }

  const keys = { ArrowDown: skip, l: like, L: like, " ": toggle, m: toggleSound, M: toggleSound };
  root.addEventListener("keydown", (event) => {
    event.stopPropagation(); // JupyterLab would move the cell or change its type
    const onControl = event.target.closest("input") || (event.target.closest("button") && event.key === " ");
    const action = keys[event.key];
    if (!action || onControl || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    unattended = 0;
    action();
  });
  root.addEventListener("pointerdown", () => (unattended = 0));
  root.addEventListener("click", (event) => {
    // After a click the keys should mean what they mean anywhere, not press the button again.
    const pressed = event.target.closest("button");
    if (pressed && (event.detail > 0 || pressed === p.start)) root.focus({ preventScroll: true });
  });
  p.like.addEventListener("click", like);
  p.skip.addEventListener("click", skip);
  p.sound.addEventListener("click", toggleSound);
  p.pause.addEventListener("click", toggle);
  p.start.addEventListener("click", play);
  p.video.addEventListener("click", toggle);
  p.video.addEventListener("dblclick", like);
  p.video.addEventListener("ended", ended);
  p.video.addEventListener("loadeddata", paint);
  for (const name of ["play", "pause", "ended"]) p.video.addEventListener(name, drawControls);
  p.video.addEventListener("play", () => (frame ||= requestAnimationFrame(paint)));
  p.video.addEventListener("error", () => {
    notify("This browser cannot play H.264 clips. Like and skip still work.");
  });

  // What nobody can see is not watched: it pauses out of sight, and goes on when it is back.
  const inSight = () => (wanted && !leaving ? p.video.play().catch(() => {}) : null);
  const onVisibility = () => (document.hidden ? p.video.pause() : inSight());
  document.addEventListener("visibilitychange", onVisibility);
  const observer = new IntersectionObserver(
    ([entry]) => (entry.isIntersecting ? inSight() : p.video.pause()),
    { threshold: 0.4 },
  );
  observer.observe(p.screen);

  const onPage = () => {
    drawPage();
    loadClip();
  };
  model.on("change:page", onPage);
  model.on("change:clip_page", loadClip);
  root.classList.toggle("fp-calm", calm);
  onPage();
  drawControls();
  tell({ action: "hello" });
  waitForKernel();

  return () => {
    clearTimeout(waiting);
    model.off("change:page", onPage);
    model.off("change:clip_page", loadClip);
    document.removeEventListener("visibilitychange", onVisibility);
    observer.disconnect();
    cancelAnimationFrame(frame);
    if (url) URL.revokeObjectURL(url);
  };
}

export default { render };
