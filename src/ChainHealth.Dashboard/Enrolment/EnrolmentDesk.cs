using System.Threading.Channels;
using ChainHealth.Client;
using ChainHealth.Dashboard.Audit;
using ChainHealth.Dashboard.Chain;
using ChainHealth.Dashboard.Identity;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Enrolment;

/// <summary>Takes the keys that come with a code, proposes their member on chain with the dashboard's own key, and ties
/// the account to it once the validators have admitted it. Survives a restart: what is open stands in the database.
/// </summary>
public sealed partial class EnrolmentDesk(
    IDbContextFactory<AccountsDb> databases, ChainFeed feed, AccountNotices notices, AuditLog audit,
    TimeProvider time, ILogger<EnrolmentDesk> log) : BackgroundService
{
    /// <summary>A proposal that the chain did not take is tried again this often.</summary>
    public static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);

    private readonly Channel<bool> _due = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Uses a code up, or tells how it stands where the same keys come again.</summary>
    /// <returns>Null where the code is unknown, has expired or was used with other keys.</returns>
    /// <exception cref="EnrolmentException">The request makes no sense; the message says why. The code stays good.
    /// </exception>
    public async Task<EnrolmentAnswer?> TakeAsync(EnrolmentRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        string hash = request.Code.Hash().ToString();
        EnrolmentRow? row = await db.Enrolments.AsNoTracking()
            .FirstOrDefaultAsync(e => e.CodeHash == hash, cancellation);
        string record = EnrolmentRow.Encode(request.Record);
        if (row is null || (row.RegisteredAtUtc is null ? row.ExpiresAtUtc <= Now : row.Record != record))
        {
            return null;
        }

        if (!request.IsProven())
        {
            throw new EnrolmentException("the request is not signed by the key that it brings");
        }

        if (row.RegisteredAtUtc is null)
        {
            await RequireSoundAsync(db, request, row, cancellation);
            DateTime now = Now;
            int won = await db.Enrolments.Where(e => e.Id == row.Id && e.RegisteredAtUtc == null)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(e => e.RegisteredAtUtc, now).SetProperty(e => e.Record, record)
                        .SetProperty(e => e.Name, request.Record.Name), cancellation);
            if (won == 0)
            {
                return null;
            }

            notices.Changed();
            _due.Writer.TryWrite(true);
        }

        row = await db.Enrolments.AsNoTracking().FirstAsync(e => e.Id == row.Id, cancellation);
        return EnrolmentState.Of(row, feed.Now).Answer;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using IDisposable listening = feed.Listen(() => _due.Writer.TryWrite(true));
        using ITimer timer = time.CreateTimer(_ => _due.Writer.TryWrite(true), null, RetryInterval, RetryInterval);
        try
        {
            await foreach (bool _ in _due.Reader.ReadAllAsync(stoppingToken))
            {
                await AdvanceAllAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // An orderly stop.
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private async Task RequireSoundAsync(
        AccountsDb db, EnrolmentRequest request, EnrolmentRow row, CancellationToken cancellation)
    {
        if (feed.Now is not { Genesis: { } genesis, Snapshot.State: { } state })
        {
            throw new EnrolmentException("the dashboard cannot reach the chain at the moment; try again");
        }

        Member record = request.Record;
        Member? known = EnrolmentState.MemberFor(state, record);
        string? fault = request.Chain != genesis.Hash()
                ? $"this dashboard is of network '{genesis.Name}' ({genesis.Hash().Short}), the edge server of another"
            : known is not null
                ? known.Role != MemberRole.Hospital ? $"{known.Name} is no hospital"
                    : state.Suspensions.ContainsKey(known.Id) ? $"{known.Name} is suspended" : null
            : record.Id.Value != 0 || record.Role != MemberRole.Hospital ? "a candidate is a hospital without a number"
            : MemberEnrolment.NameFault(record.Name) ?? GenesisRules.MemberFault(record) ?? EndpointFault(record)
                ?? (state.Members.Values.Any(m => m.Name == record.Name || m.TlsPin == record.TlsPin)
                    || state.Motions.Open.Values.Any(m => m.Act is AdmitMemberBody b && b.Member.Name == record.Name)
                    ? $"the name '{record.Name}' is taken; choose another" : null);
        if (fault is not null)
        {
            throw new EnrolmentException(fault);
        }

        if (!await db.Users.AnyAsync(a => a.Id == row.AccountId && a.State == AccountState.Approved, cancellation))
        {
            throw new EnrolmentException("the account of this code is not approved any more");
        }
    }

    private static string? EndpointFault(Member record) => record.Endpoint.Length == 0
        || MemberEndpoint.TryParse(record.Endpoint) is not null ? null : $"'{record.Endpoint}' is no host:port";

    private async Task AdvanceAllAsync(CancellationToken cancellation)
    {
        if (feed.Now.Snapshot?.State is not { } state)
        {
            return;
        }

        await using AccountsDb db = await databases.CreateDbContextAsync(cancellation);
        foreach (EnrolmentRow row in await db.Enrolments
            .Where(e => e.RegisteredAtUtc != null && e.Member == null && e.Fault == "").ToListAsync(cancellation))
        {
            Member candidate = row.Candidate();
            if (EnrolmentState.MemberFor(state, candidate) is { } member)
            {
                await TieAsync(db, row, member, cancellation);
            }
            else if (EnrolmentState.MotionFor(state, candidate) is null)
            {
                await ProposeAsync(db, row, candidate, cancellation);
            }
        }
    }

    private async Task TieAsync(AccountsDb db, EnrolmentRow row, Member member, CancellationToken cancellation)
    {
        row.Member = member.Id.Value;
        Account? account = await db.Users.FirstOrDefaultAsync(a => a.Id == row.AccountId, cancellation);
        if (account is not null)
        {
            account.Member = member.Id.Value;
        }

        await db.SaveChangesAsync(cancellation);
        await audit.WriteAsync(
            account?.UserName ?? "", Roles.Hospital, AuditAct.EdgeServerEnrolled,
            $"{member.Name}, member {member.Id.Value}", null);
        notices.Changed();
    }

    private async Task ProposeAsync(AccountsDb db, EnrolmentRow row, Member candidate, CancellationToken cancellation)
    {
        try
        {
            await feed.SubmitAsync(new ProposeMemberBody(candidate), cancellation);
        }
        catch (TransactionRefusedException e)
        {
            // Where the proposal had been taken after all, the chain knows the candidate by now.
            if (feed.Now.Snapshot?.State is { } state && EnrolmentState.MemberFor(state, candidate) is null
                && EnrolmentState.MotionFor(state, candidate) is null)
            {
                row.Fault = e.Message.Length <= EdgeLimits.TextBytesMax / 4 ? e.Message : "the chain refused it";
                await db.SaveChangesAsync(cancellation);
                notices.Changed();
            }
        }
        catch (Exception e) when (e is TimeoutException or IOException or ClientApiException)
        {
            LogNotProposed(log, candidate.Name, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name} was not proposed and is tried again: {Fault}")]
    private static partial void LogNotProposed(ILogger log, string name, string fault);
}
