using Microsoft.AspNetCore.Identity;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Identity's question "is this account confirmed?", answered by the provider's approval.</summary>
public sealed class ApprovalRequired : IUserConfirmation<Account>
{
    public Task<bool> IsConfirmedAsync(UserManager<Account> manager, Account user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return Task.FromResult(user.State == AccountState.Approved);
    }
}
