namespace ChainHealth.Dashboard.Identity;

/// <summary>Tells open pages that an account was registered or decided upon.</summary>
public sealed class AccountNotices
{
    public event Action? OnChange;

    public void Changed() => OnChange?.Invoke();
}
