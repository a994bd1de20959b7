using System.Security.Claims;
using ChainHealth.Dashboard.Identity;
using Microsoft.EntityFrameworkCore;

namespace ChainHealth.Dashboard.Audit;

/// <summary>Which lines to show.</summary>
/// <param name="Text">Part of the subject; empty for all.</param>
public sealed record AuditFilter(string Actor, AuditAct? Act, string Text, DateTime? FromUtc, DateTime? ToUtc)
{
    public static AuditFilter All { get; } = new("", null, "", null, null);

    /// <summary>A hospital sees its own lines, whatever it asks for.</summary>
    public static AuditFilter For(ClaimsPrincipal person, string? actor, AuditAct? act, string? text)
    {
        ArgumentNullException.ThrowIfNull(person);
        string who = person.IsInRole(Roles.Provider) || person.IsInRole(Roles.Auditor)
            ? actor ?? "" : person.Identity?.Name ?? "";
        return new AuditFilter(who.Trim(), act, (text ?? "").Trim(), null, null);
    }
}

/// <summary>Writes and reads the audit log. One process writes it; lines are added one at a time.</summary>
public sealed class AuditLog(IDbContextFactory<RecordsDb> databases, TimeProvider time) : IDisposable
{
    public const int PageMax = 200;
    public const int ExportMax = 100_000;

    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>A line was added.</summary>
    public event Action? OnChange;

    public void Dispose() => _turn.Dispose();

    public Task WriteAsync(ClaimsPrincipal? actor, AuditAct act, string subject, string? from) => WriteAsync(
        actor?.Identity?.Name ?? "", Roles.All.FirstOrDefault(r => actor?.IsInRole(r) == true) ?? "", act, subject,
        from);

    public async Task WriteAsync(string actor, string role, AuditAct act, string subject, string? from)
    {
        await _turn.WaitAsync();
        try
        {
            await using RecordsDb db = await databases.CreateDbContextAsync();
            AuditEntry? last = await db.Audit.AsNoTracking().OrderByDescending(e => e.Sequence).FirstOrDefaultAsync();
            DateTime now = time.GetUtcNow().UtcDateTime;
            var entry = new AuditEntry
            {
                Sequence = (last?.Sequence ?? 0) + 1,
                AtUtc = new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc),
                Actor = Cut(actor, AuditEntry.ActorMax),
                Role = role,
                Act = act,
                Subject = Cut(subject, AuditEntry.SubjectMax),
                From = Cut(from ?? "", AuditEntry.FromMax),
            };
            entry.Hash = entry.HashAfter(last?.Hash ?? AuditEntry.Start);
            db.Audit.Add(entry);
            await db.SaveChangesAsync();
        }
        finally
        {
            _turn.Release();
        }

        OnChange?.Invoke();
    }

    /// <summary>Newest first, and how many there are in all.</summary>
    public async Task<(IReadOnlyList<AuditEntry> Entries, int Total)> ReadAsync(
        AuditFilter filter, int skip, int take, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using RecordsDb db = await databases.CreateDbContextAsync(cancellation);
        IQueryable<AuditEntry> lines = Matching(db, filter);
        int total = await lines.CountAsync(cancellation);
        List<AuditEntry> page = await lines.OrderByDescending(e => e.Sequence).Skip(skip)
            .Take(Math.Min(take, ExportMax)).ToListAsync(cancellation);
        return (page, total);
    }

    private static IQueryable<AuditEntry> Matching(RecordsDb db, AuditFilter filter)
    {
        IQueryable<AuditEntry> lines = db.Audit.AsNoTracking();
        lines = filter.Actor.Length > 0 ? lines.Where(e => e.Actor == filter.Actor) : lines;
        lines = filter.Act is { } act ? lines.Where(e => e.Act == act) : lines;
        lines = filter.Text.Length > 0 ? lines.Where(e => e.Subject.Contains(filter.Text)) : lines;
        lines = filter.FromUtc is { } from ? lines.Where(e => e.AtUtc >= from) : lines;
        return filter.ToUtc is { } to ? lines.Where(e => e.AtUtc < to) : lines;
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";
}
