using System.Collections.Immutable;
using System.Security.Claims;
using ChainHealth.Dashboard.Downloads;
using ChainHealth.Dashboard.Identity;
using Microsoft.AspNetCore.Authorization;

namespace ChainHealth.Dashboard.Audit;

/// <summary>The audit log as a file.</summary>
public static class AuditFiles
{
    public static void MapAuditFiles(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGet($"{Urls.Audit}.{{format}}", FileAsync)
            .RequireAuthorization(new AuthorizeAttribute { Roles = Roles.MaySeeAudit });
    }

    private static async Task<IResult> FileAsync(
        string format, string? actor, AuditAct? act, string? text, ClaimsPrincipal person, AuditLog audit,
        CancellationToken cancellation)
    {
        AuditFilter filter = AuditFilter.For(person, actor, act, text);
        (IReadOnlyList<AuditEntry> entries, _) = await audit.ReadAsync(
            filter, 0, AuditLog.ExportMax, cancellation);
        return DownloadEndpoints.File(
            new Sheet(
                "audit", ["line", "time (UTC)", "who", "role", "what", "subject", "from", "hash"],
                [
                    .. entries.Select(e => ImmutableArray.Create<object?>(
                        e.Sequence, e.AtUtc.ToString("u"), e.Actor, e.Role, e.Act.ToString(), e.Subject, e.From,
                        e.Hash)),
                ]),
            format);
    }
}
