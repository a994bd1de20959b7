using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

internal sealed partial class CommitteeHost
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Job} begins")]
    private static partial void LogBegun(ILogger log, CommitteeJob job);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Job} done")]
    private static partial void LogDone(ILogger log, CommitteeJob job);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Job} aborted: {Reason}")]
    private static partial void LogAborted(ILogger log, CommitteeJob job, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "run {Run}: {Reason}")]
    private static partial void LogRefused(ILogger log, uint run, string reason);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "run {Run} round {Round}: shares of member {Owner} are not attested: {Reason}")]
    private static partial void LogBadShares(ILogger log, uint run, int round, uint owner, string reason);
}
