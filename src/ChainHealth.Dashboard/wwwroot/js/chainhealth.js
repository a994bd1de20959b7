// Loaded in the head, before the first paint: the theme is set without a flash. Everything else is delegated, so that it
// works on static pages and on live ones alike.
(() => {
  const root = document.documentElement;
  const yearSeconds = 31536000;

  const stored = () => document.cookie.match(/(?:^|; )theme=(light|dark)/)?.[1];
  const set = theme => {
    root.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${yearSeconds}; samesite=lax`;
  };
  const theme = () => root.dataset.theme;

  set(stored() ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));

  const say = text => {
    const live = document.getElementById('announcer');
    if (live) {
      live.textContent = text;
    }
  };

  const copy = async button => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.classList.add('is-copied');
      say('Copied');
      setTimeout(() => button.classList.remove('is-copied'), 1500);
    } catch {
      say('Copying is not possible here');
    }
  };

  document.addEventListener('click', event => {
    const target = event.target.closest('[data-copy], [data-skip], [data-theme-toggle]');
    if (!target) {
      return;
    }
    if (target.dataset.copy) {
      copy(target);
    } else if (target.hasAttribute('data-skip')) {
      event.preventDefault();
      document.getElementById('main')?.focus();
    } else if (target.hasAttribute('data-theme-toggle')) {
      set(theme() === 'dark' ? 'light' : 'dark');
    }
  });

  // What is typed into a form that carries data-draft stays in this tab until it is dropped or the tab is closed: a
  // session that ends in between costs nobody their typing. Passwords are never kept.
  const read = key => JSON.parse(sessionStorage.getItem(`draft:${key}`) ?? '{}');
  const drop = key => sessionStorage.removeItem(`draft:${key}`);
  const secret = ['password', 'hidden', 'file'];
  let restoring = false;
  const isTick = field => field.type === 'checkbox' || field.type === 'radio';
  const keep = event => {
    const field = event.target;
    const form = field.closest?.('form[data-draft]');
    if (form && field.name && !restoring && field.dataset.draft !== 'no' && !secret.includes(field.type)) {
      const typed = read(form.dataset.draft);
      typed[field.name] = field.type === 'checkbox' ? String(field.checked) : field.value;
      sessionStorage.setItem(`draft:${form.dataset.draft}`, JSON.stringify(typed));
    }
  };
  document.addEventListener('input', keep);
  document.addEventListener('change', keep);

  // Each field gets back once, when it first appears, what was typed into it; on a live page after its circuit is up,
  // which hears of it as of any change.
  const restored = new WeakSet();
  const restore = () => {
    const main = document.getElementById('main');
    if (!main || (main.dataset.live === undefined && !main.classList.contains('door-card'))) {
      return;
    }
    for (const form of document.querySelectorAll('form[data-draft]')) {
      const typed = read(form.dataset.draft);
      for (const field of form.elements) {
        if (restored.has(field) || !field.name || field.disabled) {
          continue;
        }
        restored.add(field);
        const value = typed[field.name];
        if (value === undefined) {
          continue;
        }
        const tick = field.type === 'radio' ? field.value === value : value === 'true';
        if (isTick(field) ? field.checked !== tick && (tick || field.type === 'checkbox') : field.value !== value) {
          if (isTick(field)) {
            field.checked = tick;
          } else {
            field.value = value;
          }
          restoring = true;
          field.dispatchEvent(new Event('change', { bubbles: true }));
          restoring = false;
        }
      }
    }
  };
  document.addEventListener('DOMContentLoaded', () => {
    document.querySelectorAll('[data-draft-drop]').forEach(sign => drop(sign.dataset.draftDrop));
    restore();
    new MutationObserver(restore).observe(
      document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-live', 'disabled'] });
  });

  // A form that is on its way is not sent again by a second click; a page that comes back from the history can be.
  document.addEventListener('submit', event => {
    const form = event.target;
    if (form.method === 'post') {
      if (form.dataset.sent) {
        event.preventDefault();
      }
      form.dataset.sent = 'yes';
    }
  });
  window.addEventListener('pageshow', () => {
    document.querySelectorAll('form[data-sent]').forEach(form => delete form.dataset.sent);
  });

  window.chainhealth = { theme, draft: read, dropDraft: drop };
})();
