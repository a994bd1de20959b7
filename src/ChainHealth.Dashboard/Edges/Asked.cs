using System.Diagnostics;
using ChainHealth.Client;

namespace ChainHealth.Dashboard.Edges;

/// <summary>An answer that a page waits for: on its way, there, or not to be had.</summary>
/// <param name="Fault">Why not, for a person; null otherwise.</param>
/// <param name="Trace">By which the fault is found in the log.</param>
public sealed record Asked<T>(T? Value, string? Fault, string Trace)
    where T : class
{
    public static Asked<T> Waiting { get; } = new(null, null, "");

    public bool IsWaiting => Value is null && Fault is null;

    /// <summary>Never throws but when the page was left.</summary>
    public static async Task<Asked<T>> OfAsync(Func<Task<T>> ask, ILogger log, CancellationToken left)
    {
        try
        {
            return new Asked<T>(await ask(), null, "");
        }
        catch (Exception e) when (e is EdgeCallException or TimeoutException or IOException or InvalidDataException
            or ClientApiException or TransactionRefusedException || (e is OperationCanceledException
            && !left.IsCancellationRequested))
        {
            string trace = (Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("n"))[..12];
            AskedLog.Faulted(log, trace, e.Message);
            return new Asked<T>(null, e.Message, trace);
        }
    }
}

internal static partial class AskedLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Trace}: {Fault}")]
    public static partial void Faulted(ILogger log, string trace, string fault);
}
