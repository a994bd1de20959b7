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

  window.chainhealth = { theme };
})();
