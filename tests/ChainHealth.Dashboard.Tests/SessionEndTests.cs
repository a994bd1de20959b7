using System.Security.Claims;
using ChainHealth.Dashboard.Identity;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ChainHealth.Dashboard.Tests;

/// <summary>What time ends: links and sessions.</summary>
public class SessionEndTests
{
    [Fact]
    public async Task An_administrator_link_works_once_within_its_day_and_not_after()
    {
        using var databases = new Databases();
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var links = new SetupLinks(databases, time);
        string? late = await links.IssueAsync(CancellationToken.None);
        time.Advance(SetupLinks.Lifetime);
        Assert.False(await links.RedeemAsync(late, CancellationToken.None));

        string? token = await links.IssueAsync(CancellationToken.None);
        time.Advance(SetupLinks.Lifetime - TimeSpan.FromMinutes(1));
        Assert.False(await links.RedeemAsync(token![..^1] + (token[^1] == '0' ? '1' : '0'), CancellationToken.None));
        Assert.False(await links.RedeemAsync(late, CancellationToken.None));
        Assert.True(await links.RedeemAsync(token, CancellationToken.None));
        Assert.False(await links.RedeemAsync(token, CancellationToken.None));
    }

    [Fact]
    public async Task A_page_that_is_kept_open_ends_with_its_session()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using ServiceProvider services = new ServiceCollection().BuildServiceProvider();
        using var page = new CircuitRevalidation(
            NullLoggerFactory.Instance, services.GetRequiredService<IServiceScopeFactory>(), time);
        var person = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "uma")], "test"));
        var ended = new TaskCompletionSource<AuthenticationState>();
        page.SetAuthenticationState(Task.FromResult(new AuthenticationState(person)));
        page.AuthenticationStateChanged += async now => ended.TrySetResult(await now);

        time.Advance(AccountsSetup.SessionTime + TimeSpan.FromSeconds(1));

        AuthenticationState state = await ended.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(state.User.Identity?.IsAuthenticated ?? false);
    }
}
