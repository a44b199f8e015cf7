// JupyterLab breaks long printed lines inside words; here they break between words.
// An extension as JupyterLab loads it, written by hand: no build is needed for one rule of style.
const RULE = `.jp-OutputArea-output.jp-RenderedText pre {
  overflow-wrap: anywhere;
  word-break: normal;
}`;

const plugin = {
  id: "mavrs-printed-lines:plugin",
  autoStart: true,
  activate() {
    const style = document.createElement("style");
    style.textContent = RULE;
    document.head.append(style);
  },
};

window._JUPYTERLAB = window._JUPYTERLAB || {};
window._JUPYTERLAB["mavrs-printed-lines"] = {
  init: async () => {},
  get: async () => () => ({ __esModule: true, default: plugin }),
};
