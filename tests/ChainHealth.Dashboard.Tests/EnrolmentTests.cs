using System.Security.Claims;
using Bunit;
using ChainHealth.Client;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Components.Hospital;
using ChainHealth.Dashboard.Enrolment;
using ChainHealth.Dashboard.Identity;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChainHealth.Dashboard.Tests;

/// <summary>From a code to a member that the account is tied to, over a scenario.</summary>
public sealed class EnrolmentTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Databases _databases = new();
    private readonly PageContext _context = new();
    private readonly AuditLog _audit;
    private readonly EnrolmentCodes _codes;
    private readonly EnrolmentDesk _desk;
    private readonly AccountNotices _notices = new();
    private readonly ServiceProvider _identity;
    private ClaimsPrincipal _nora = new();

    public EnrolmentTests()
    {
        _audit = new AuditLog(_databases, TimeProvider.System);
        var services = new ServiceCollection();
        services.AddSingleton<IDbContextFactory<AccountsDb>>(_databases);
        services.AddScoped(_ => ((IDbContextFactory<AccountsDb>)_databases).CreateDbContext());
        services.AddLogging();
        services.AddIdentityCore<Account>().AddRoles<IdentityRole>().AddEntityFrameworkStores<AccountsDb>();
        _identity = services.BuildServiceProvider();
        _codes = new EnrolmentCodes(
            _identity.GetRequiredService<IServiceScopeFactory>(), _databases, _context.Feed, _audit,
            TimeProvider.System);
        _desk = new EnrolmentDesk(
            _databases, _context.Feed, _notices, _audit, TimeProvider.System, NullLogger<EnrolmentDesk>.Instance);
    }

    public async Task InitializeAsync()
    {
        await _context.FollowAsync();
        _nora = await AddAsync("nora", Roles.Hospital);
        await _desk.StartAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _desk.StopAsync(CancellationToken.None);
        _desk.Dispose();
        _audit.Dispose();
        await _identity.DisposeAsync();
        await _context.DisposeAsync();
        _databases.Dispose();
    }

    [Fact]
    public async Task A_code_leads_over_the_validators_votes_to_a_member_that_the_account_is_tied_to()
    {
        EnrolmentCode code = await CodeAsync();
        EnrolmentAnswer? first = await _desk.TakeAsync(Request(code), CancellationToken.None);
        Assert.Equal(EnrolmentStage.Proposing, first!.Stage);
        EnrolmentState voting = await UntilAsync(EnrolmentStage.Voting);
        Assert.Equal((0, 3), (voting.Voters.Length, voting.Needed));

        Member candidate = _context.Chain.Network.Candidate("hospital-north");
        foreach (MemberId validator in _context.Chain.Network.ValidatorIds.Take(2))
        {
            _context.Client.Tell(() => _context.Chain.Commit((validator, new AdmitMemberBody(candidate))));
        }

        voting = await UntilAsync(EnrolmentStage.Voting, votes: 2);
        var card = _context.Render<EnrolmentCard>(p => p
            .Add(c => c.State, voting)
            .Add(c => c.Picture, _context.Feed.Now));
        Assert.Contains("2 of 3 votes", card.Markup, StringComparison.Ordinal);
        Assert.Contains("validator-1 and validator-2", card.Markup, StringComparison.Ordinal);
        Assert.Null(await new OwnHospital(_databases).OfAsync(_nora, CancellationToken.None));

        _context.Client.Tell(() => _context.Chain.Commit(
            (_context.Chain.Network.ValidatorIds[2], new AdmitMemberBody(candidate))));
        EnrolmentState member = await UntilAsync(EnrolmentStage.Member);
        Assert.Equal(
            member.Answer.Member, await new OwnHospital(_databases).OfAsync(_nora, CancellationToken.None));
        Assert.Equal("hospital-north", _context.Chain.State.Members[member.Answer.Member].Name);
        (IReadOnlyList<AuditEntry> lines, _) = await _audit.ReadAsync(
            AuditFilter.All, 0, 10, CancellationToken.None);
        Assert.Equal([AuditAct.EdgeServerEnrolled, AuditAct.EnrolmentCodeMade], lines.Select(l => l.Act));
    }

    [Fact]
    public async Task A_code_works_once_for_one_set_of_keys_and_the_database_holds_no_code()
    {
        EnrolmentCode replaced = await CodeAsync();
        EnrolmentCode code = await CodeAsync();
        Assert.Null(await _desk.TakeAsync(Request(replaced), CancellationToken.None));
        Assert.NotNull(await _desk.TakeAsync(Request(code), CancellationToken.None));
        Assert.NotNull(await _desk.TakeAsync(Request(code), CancellationToken.None));
        Assert.Null(await _desk.TakeAsync(Request(code, "hospital-south"), CancellationToken.None));

        await using AccountsDb db = ((IDbContextFactory<AccountsDb>)_databases).CreateDbContext();
        EnrolmentRow row = await db.Enrolments.SingleAsync();
        Assert.Equal(code.Hash().ToString(), row.CodeHash);
        await db.Enrolments.ExecuteUpdateAsync(set => set
            .SetProperty(e => e.RegisteredAtUtc, (DateTime?)null).SetProperty(e => e.ExpiresAtUtc, DateTime.UtcNow));
        Assert.Null(await _desk.TakeAsync(Request(code), CancellationToken.None));
    }

    [Fact]
    public async Task Bad_requests_are_named_and_leave_the_code_good()
    {
        EnrolmentCode code = await CodeAsync();
        EnrolmentRequest good = Request(code);
        await RefusedAsync("another", EnrolmentRequest.Sign(
            Digest.Sha256([1]), code, good.Record, KeyOf("hospital-north")));
        await RefusedAsync("not signed", good with { Record = good.Record with { Endpoint = "10.0.0.1:1" } });
        await RefusedAsync("the name 'hospital-1' is taken", Signed(code, good.Record with { Name = "hospital-1" }));
        await RefusedAsync(
            "a hospital without a number", Signed(code, good.Record with { Role = MemberRole.Provider }));
        await RefusedAsync("1 to 64 letters", Signed(code, good.Record with { Name = "../../etc" }));
        await RefusedAsync("no host:port", Signed(code, good.Record with { Endpoint = "nowhere" }));

        Assert.NotNull(await _desk.TakeAsync(good, CancellationToken.None));
    }

    [Fact]
    public async Task A_member_already_is_tied_at_once_and_a_user_gets_no_code()
    {
        Member hospital = _context.Chain.State.Members[_context.Chain.Network.HospitalIds[1]];
        EnrolmentCode code = await CodeAsync();
        Assert.NotNull(await _desk.TakeAsync(
            EnrolmentRequest.Sign(_context.Chain.Network.Chain, code, hospital, KeyOf(hospital.Name)),
            CancellationToken.None));
        Assert.Equal(hospital.Id, (await UntilAsync(EnrolmentStage.Member)).Answer.Member);

        CodeOutcome none = await _codes.MakeAsync(
            await AddAsync("uma", Roles.User), "127.0.0.1", CancellationToken.None);
        Assert.Null(none.Code);
        Assert.Contains("Only an approved account of a hospital", none.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_tries_wrong_codes_is_shut_out_for_a_while_and_others_are_not()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var gate = new EnrolmentGate(time);
        for (int i = 0; i < EnrolmentGate.WrongMax; i++)
        {
            Assert.Null(gate.TryEnter("10.0.0.9"));
            gate.Wrong("10.0.0.9");
        }

        Assert.Contains("wrong codes", gate.TryEnter("10.0.0.9"), StringComparison.Ordinal);
        Assert.Null(gate.TryEnter("10.0.0.10"));
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.Null(gate.TryEnter("10.0.0.9"));
        string?[] asked = [.. Enumerable.Range(0, EnrolmentGate.PerMinuteMax + 1).Select(_ => gate.TryEnter("a"))];
        Assert.Equal((0, 1), (asked[..^1].Count(a => a is not null), asked[^1..].Count(a => a is not null)));
    }

    private SigningKey KeyOf(string name) => _context.Chain.Network.KeyOf(name);

    private EnrolmentRequest Request(EnrolmentCode code, string name = "hospital-north") =>
        EnrolmentRequest.Sign(_context.Chain.Network.Chain, code, _context.Chain.Network.Candidate(name), KeyOf(name));

    private EnrolmentRequest Signed(EnrolmentCode code, Member record) =>
        EnrolmentRequest.Sign(_context.Chain.Network.Chain, code, record, KeyOf("hospital-north"));

    private async Task RefusedAsync(string why, EnrolmentRequest request)
    {
        EnrolmentException fault = await Assert.ThrowsAsync<EnrolmentException>(
            () => _desk.TakeAsync(request, CancellationToken.None));
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    private async Task<EnrolmentCode> CodeAsync()
    {
        CodeOutcome made = await _codes.MakeAsync(_nora, "127.0.0.1", CancellationToken.None);
        Assert.Equal("", made.Fault);
        return made.Code!;
    }

    private async Task<EnrolmentState> UntilAsync(EnrolmentStage stage, int votes = 0)
    {
        using var limit = new CancellationTokenSource(Limit);
        var moved = new SemaphoreSlim(1);
        _notices.OnChange += () => moved.Release();
        using IDisposable listening = _context.Feed.Listen(() => moved.Release());
        while (true)
        {
            await moved.WaitAsync(limit.Token);
            if (await _codes.OfAsync(_nora, limit.Token) is { } state
                && state.Stage == stage && state.Voters.Length >= votes)
            {
                return state;
            }
        }
    }

    private async Task<ClaimsPrincipal> AddAsync(string name, string role)
    {
        await using AsyncServiceScope scope = _identity.CreateAsyncScope();
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole>>();
        await roles.CreateAsync(new IdentityRole(role));
        var users = scope.ServiceProvider.GetRequiredService<UserManager<Account>>();
        var account = new Account { UserName = name, State = AccountState.Approved };
        Assert.Empty((await users.CreateAsync(account)).Errors);
        await users.AddToRoleAsync(account, role);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, account.Id), new Claim(ClaimTypes.Name, name)], "test"));
    }
}
