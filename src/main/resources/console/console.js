// Shows moments in the reader's time zone with UTC beside, counts down, and lets hidden tabs rest.
(() => {
  'use strict';
  const here = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium'});
  const spoken = seconds => {
    const s = Math.abs(Math.round(seconds));
    if (s < 120) return s + ' s';
    if (s < 7200) return Math.round(s / 60) + ' min';
    return s < 172800 ? Math.round(s / 3600) + ' h' : Math.round(s / 86400) + ' d';
  };
  const countdown = () => {
    for (const time of document.querySelectorAll('time[data-countdown]')) {
      const seconds = (new Date(time.dateTime) - Date.now()) / 1000;
      let note = time.nextElementSibling;
      if (!note || note.className !== 'left') {
        note = document.createElement('span');
        note.className = 'left';
        time.after(note);
      }
      // The page is a moment old: what is due now was still to come when it was made.
      note.textContent = seconds > 0 ? ' in ' + spoken(seconds) : seconds > -10 ? ' now' : ' ' + spoken(seconds) + ' ago';
    }
  };
  const moments = root => {
    for (const time of root.querySelectorAll('time[datetime]:not([data-utc])')) {
      const at = new Date(time.dateTime);
      if (isNaN(at)) continue;
      time.dataset.utc = time.textContent;
      time.textContent = here.format(at);
      const utc = document.createElement('small');
      utc.textContent = time.dataset.utc;
      time.append(' ', utc);
    }
    countdown();
  };
  const scrollers = root => {
    for (const table of root.querySelectorAll('table')) {
      if (table.parentElement.className === 'scrolls') continue;
      const box = document.createElement('div');
      box.className = 'scrolls';
      table.before(box);
      box.append(table);
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
        box.setAttribute('role', 'region');
        box.setAttribute('aria-label', 'Table');
      }
    }
  };
  const shown = root => { moments(root); scrollers(root); };
  document.addEventListener('DOMContentLoaded', () => shown(document));
  document.addEventListener('htmx:load', event => shown(event.detail.elt.parentElement || document));
  document.addEventListener('htmx:beforeRequest', event => { if (document.hidden) event.preventDefault(); });
  setInterval(countdown, 1000);
})();
