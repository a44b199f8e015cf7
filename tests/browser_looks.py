"""What every output must be for every reader, looked at on an open page of JupyterLab.

Functions that take a page and return what is wrong, a sentence each.
"""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
OURS = ".jp-OutputArea-output"  # JupyterLab's own furniture is not ours to mend
LIGHT, DARK = "JupyterLab Light", "JupyterLab Dark"

RUN_AXE = """async (within) => {
    if (!document.querySelector(within)) return [];
    // JupyterLab's body is 0 pixels high and hides what overflows: axe would see no text at all.
    document.body.style.overflow = 'visible';
    const found = await axe.run({include: [[within]]}, {resultTypes: ['violations']});
    return found.violations.flatMap((rule) => rule.nodes.map(
        (node) => `${rule.id}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`));
}"""

SVG_TEXT = """(within) => {
    const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const light = (colour) => {
        const [r, g, b] = parts(colour).slice(0, 3).map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const wrong = [];
    for (const svg of document.querySelectorAll(`${within} svg[role=img]`)) {
        svg.scrollIntoView({block: 'center'});
        const card = getComputedStyle(svg).backgroundColor;
        for (const text of svg.querySelectorAll('text, tspan')) {
            if (!text.textContent.trim() || text.querySelector('tspan')) continue;
            const box = text.getBoundingClientRect();
            const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
            const under = document.elementsFromPoint(x, y)
                .filter((one) => svg.contains(one) && one.matches('rect, circle, polygon'));
            let ground = card;
            for (const shape of under.reverse()) {
                const {fill, fillOpacity} = getComputedStyle(shape);
                if (fill === 'none') continue;
                const share = Number(fillOpacity);
                const mixed = parts(fill).slice(0, 3)
                    .map((part, n) => share * part + (1 - share) * parts(ground)[n]);
                ground = `rgb(${mixed.join(', ')})`;
            }
            const ink = getComputedStyle(text).fill;
            const apart = ratio(light(ink), light(ground));
            if (apart < 4.5) {
                wrong.push(`${apart.toFixed(1)}:1 is too little for "${text.textContent}": `
                    + `${ink} on ${ground}`);
            }
        }
    }
    return wrong;
}"""

CUT_OFF = """(within) => [...document.querySelectorAll(within)].flatMap((output) => {
    const edge = output.getBoundingClientRect().right + 1;
    const parts = output.querySelectorAll('button, select, input, svg, img, .noUi-target, p, td');
    return [...parts].filter((part) => {
        const box = part.getBoundingClientRect();
        return box.width > 0 && box.right > edge && !part.closest('.jp-scrolls, .mavrs-said');
    }).map((part) => `cut off at the right: ${part.outerHTML.slice(0, 120)}`);
})"""

SHRUNK = """() => [...document.querySelectorAll('.mavrs-widget .noUi-target')]
    .filter((slider) => slider.offsetParent && slider.getBoundingClientRect().width < 60)
    .map((slider) => `a slider ${slider.getBoundingClientRect().width} pixels wide`)"""

CONTROLS = """() => [...document.querySelectorAll('.mavrs-widget')].flatMap((root, number) =>
    [...root.querySelectorAll('button, select, input, textarea, .noUi-handle')]
        .filter((control) => control.offsetParent && !control.disabled)
        .map((control) => {
            const label = [...(control.labels ?? [])].map((one) => one.textContent).join('');
            const name = control.getAttribute('aria-label') || label || control.textContent;
            return {widget: number, kind: control.localName, name: name.trim()};
        }))"""


def use_theme(page, theme: str) -> None:
    """Dress JupyterLab in ``theme``, and wait until it is."""
    page.evaluate(
        "theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme
    )
    light = str(theme == LIGHT).lower()
    page.locator(f'body[data-jp-theme-light="{light}"]').wait_for(state="attached")


def violations(page, within: str = OURS) -> list[str]:
    """What axe-core objects to in the outputs, and pale words in SVG, which axe leaves out."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(RUN_AXE, within) + page.evaluate(SVG_TEXT, within)


def cut_off(page, within: str = OURS) -> list[str]:
    """What reaches beyond the right edge of its output, or shrank to nothing."""
    return page.evaluate(CUT_OFF, within) + page.evaluate(SHRUNK)


def looks(page, wide: int = 1400, narrow: int = 900) -> list[str]:
    """All of these in both themes and widths, each with where it was seen."""
    found = []
    for theme in (LIGHT, DARK):
        use_theme(page, theme)
        for width in (wide, narrow):
            page.set_viewport_size({"width": width, "height": 1000})
            wrong = violations(page) + cut_off(page)
            found += [f"{theme}, {width} pixels: {one}" for one in wrong]
    use_theme(page, LIGHT)
    return found


def unnamed_controls(page) -> list[str]:
    """Controls of widgets that a screen reader could not name."""
    return [f"{c['kind']} without a name" for c in page.evaluate(CONTROLS) if not c["name"]]


def lost_by_keys(page, keys: str = "xmabdc") -> list[str]:
    """Press JupyterLab's command keys on each control of each widget: what happened to the cells.

    Every control gets the focus in turn, as Tab would give it, then Escape and the keys.
    """
    before = _cells(page)
    wrong = []
    controls = page.locator(
        ".mavrs-widget :is(button, select, input, textarea, .noUi-handle):visible:enabled"
    )
    for place in range(controls.count()):
        control = controls.nth(place)
        control.focus()
        for key in ("Escape", *keys, "Escape"):
            page.keyboard.press(key)
        if not control.evaluate("node => node === document.activeElement"):
            which = control.evaluate("node => node.outerHTML.slice(0, 99)")
            wrong.append(f"{which} lost the focus")
        if _cells(page) != before:
            return [*wrong, f"a key changed the notebook's cells at control {place}"]
    return wrong


def _cells(page) -> list[list[str]]:
    return page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells"
        ".map((cell) => [cell.id, cell.cell_type])"
    )
