using System.Net.Mime;

namespace ChainHealth.Dashboard.Audit;

/// <summary>Writes every file that leaves into the audit log, before its first byte: whatever endpoint gives it, and
/// whatever endpoints come later. A file whose line cannot be written is not given.</summary>
public static class AuditedDownloads
{
    public static Task AddAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        context.Response.OnStarting(() => IsFile(context.Response) ? WriteAsync(context) : Task.CompletedTask);
        return next(context);
    }

    private static bool IsFile(HttpResponse answer) => answer.StatusCode == StatusCodes.Status200OK
        && answer.Headers.ContentDisposition.ToString().StartsWith(
            DispositionTypeNames.Attachment, StringComparison.OrdinalIgnoreCase);

    private static Task WriteAsync(HttpContext context) => context.RequestServices.GetRequiredService<AuditLog>()
        .WriteAsync(
            context.User, AuditAct.Downloaded, context.Request.Path + context.Request.QueryString,
            context.Connection.RemoteIpAddress?.ToString());
}
