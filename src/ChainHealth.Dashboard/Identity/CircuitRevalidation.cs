using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Asks every few seconds whether an open page's person may still be there: a lock or a new role ends the page
/// within <see cref="Interval"/>, and so does the session's end, which a page that is kept open would not notice. Costs
/// one indexed read for each open page and interval.</summary>
public sealed class CircuitRevalidation(ILoggerFactory loggers, IServiceScopeFactory scopes, TimeProvider time)
    : RevalidatingServerAuthenticationStateProvider(loggers)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly DateTimeOffset _opened = time.GetUtcNow();

    protected override TimeSpan RevalidationInterval => Interval;

    protected override async Task<bool> ValidateAuthenticationStateAsync(
        AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(authenticationState);
        if (time.GetUtcNow() - _opened > AccountsSetup.SessionTime)
        {
            return false;
        }

        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        SignInManager<Account> signIn = scope.ServiceProvider.GetRequiredService<SignInManager<Account>>();
        Account? account = await signIn.ValidateSecurityStampAsync(authenticationState.User);
        return account is { State: AccountState.Approved };
    }
}
