"""Labels as a person would, in headless Chromium: desk_check.py PROGRAM SURVEY [KILLS]. Exit code 0 if all holds."""
import json, os, random, signal, subprocess, sys, time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser

PROGRAM, SURVEY = sys.argv[1], sys.argv[2]
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 6
READY = "document.body.dataset.ready === 'yes'"


class Desk:
    def __init__(self, rater):
        self.process = subprocess.Popen(
            [PROGRAM, "label", "--survey", SURVEY, "--no-browser", "--rater", rater],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), self.url

    def kill(self):
        self.process.kill()
        self.process.wait()


def acts(rater):
    found = []
    for line in open(SURVEY + "/labels.jsonl"):
        try:
            act = json.loads(line)
        except ValueError:
            continue  # cut off by a kill
        if act["rater"] == rater:
            found.append(act)
    return found


def labelling():
    """100 keys, 100 labels; undo; a reload; a kill of the server."""
    desk = Desk("tester")
    browser = Browser()
    try:
        browser.go(desk.url)
        browser.until(READY)
        assert "#" not in browser.js("location.href"), "the token stays in the address"
        given = []
        for number in range(100):
            name = browser.js("document.querySelector('#name').textContent")
            key = str(random.randint(1, 3))
            browser.key(key)
            given.append((name, key))
            if number == 30:
                # The page before the reload is ready, too.
                browser.js("window.isOld = true")
                browser.send("Page.reload")
                browser.until("!window.isOld && " + READY)
            if number == 60:
                desk.kill()
                browser.key("1")
                browser.key("2")
                given += [(None, "1"), (None, "2")]
                browser.until("document.body.dataset.pending >= 2")
                desk = Desk("tester")
            browser.until("document.querySelector('#count').textContent.startsWith('%d /')" % len(given))
        browser.until("document.body.dataset.pending === '0'")
        done = acts("tester")
        assert len(done) == 102, f"{len(done)} acts for 102 keys"
        assert len({a["did"] for a in done}) == 102, "a spectrum was asked twice"
        classes = {"1": "absorption", "2": "emission", "3": "double-peak"}
        assert [a["label"] for a in done] == [classes[k] for _, k in given], "labels are not the keys"
        last = browser.js("document.querySelector('#last').textContent")
        browser.key("z")
        browser.until("document.querySelector('#count').textContent.startsWith('101 /')")
        browser.until("document.body.dataset.pending === '0'")
        assert browser.js("document.querySelector('#name').textContent") in last, "undo returns to the spectrum"
        assert acts("tester")[-1]["undoes"] == done[-1]["id"]
        times = sorted(browser.js("performance.getEntriesByName('key-to-picture').map(e => e.duration)"))
        print(f"key to picture: median {times[len(times) // 2]:.1f} ms, greatest {times[-1]:.1f} ms of {len(times)}")
        unnamed = [n for n in browser.send("Accessibility.getFullAXTree")["nodes"] if not n.get("ignored")
                   and n.get("role", {}).get("value") in ("button", "link", "image", "progressbar", "textbox")
                   and not n.get("name", {}).get("value")]
        assert not unnamed, f"without a name for screen readers: {unnamed[:3]}"
        # While the server was away the browser itself reports the refused connections.
        faults = [c for c in browser.console if "ERR_" not in c]
        assert not faults, f"the console says {faults}"
    finally:
        browser.kill()
        desk.kill()


def killing():
    """Kills of server and browser at any moment: every act that was acknowledged is on disk, once."""
    rater, acknowledged, profile = "survivor", set(), None
    desk = Desk(rater)
    browser = Browser()
    profile = browser.profile
    try:
        for number in range(KILLS):
            browser.go("about:blank")
            browser.go(desk.url)
            browser.until(READY)
            browser.js("""(() => { window.kept = []; const send = window.fetch; window.fetch = async (...a) => {
              const r = await send(...a); if (a[0] === '/api/acts' && r.ok) kept.push(...(await r.clone().json()).kept)
              return r } })()""")
            if number % 2:
                # On a busy machine, too, every other kill comes after something was acknowledged.
                browser.key("1")
                browser.until("window.kept.length > 0")
            end = time.time() + random.uniform(0, 0.6)
            while time.time() < end:
                # As many undone as done, so that the round is never at its end.
                browser.key(random.choice("123zzz"))
            kills_server = random.random() < 0.5
            if kills_server:
                desk.kill()
                acknowledged |= set(browser.js("window.kept"))
                desk = Desk(rater)
            else:
                acknowledged |= set(browser.js("window.kept"))
                browser.kill()
                browser = Browser(profile=profile)
            on_disk = [a["id"] for a in acts(rater)]
            assert len(on_disk) == len(set(on_disk)), "an act is there twice"
            assert acknowledged <= set(on_disk), f"lost: {acknowledged - set(on_disk)}"
        assert len(acknowledged) >= KILLS // 2, "hardly anything was labelled"
        print(f"{KILLS} kills, {len(acknowledged)} acknowledged acts seen, {len(on_disk)} on disk, none twice, none lost")
    finally:
        browser.kill()
        desk.kill()


labelling()
killing()
