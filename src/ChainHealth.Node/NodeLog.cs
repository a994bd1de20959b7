using ChainHealth.Consensus;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>Every line that a validator logs. Never a secret, never a share.</summary>
internal static partial class NodeLog
{
    [LoggerMessage(1, LogLevel.Information, "{Name} serves chain {Chain} at {Endpoint}, height {Height}, "
        + "signatures by {Backend}")]
    public static partial void Started(
        ILogger logger, string name, string chain, string endpoint, Height height, string backend);

    [LoggerMessage(2, LogLevel.Warning, "store repaired: {What}")]
    public static partial void Repaired(ILogger logger, string what);

    [LoggerMessage(3, LogLevel.Information, "view {View} is {Mode}")]
    public static partial void View(ILogger logger, View view, ViewMode mode);

    [LoggerMessage(4, LogLevel.Error, "{Culprit} contradicted itself at height {Height}")]
    public static partial void Equivocation(ILogger logger, ReplicaId culprit, Height height);

    [LoggerMessage(5, LogLevel.Information, "connected to {Peer}")]
    public static partial void Connected(ILogger logger, string peer);

    [LoggerMessage(6, LogLevel.Information, "{Peer} is gone: {Reason}")]
    public static partial void Disconnected(ILogger logger, string peer, string reason);

    [LoggerMessage(7, LogLevel.Debug, "{What}")]
    public static partial void Network(ILogger logger, string what);

    [LoggerMessage(8, LogLevel.Warning, "{Peer} sent what it should not: {Fault}")]
    public static partial void Misbehaved(ILogger logger, string peer, string fault);

    [LoggerMessage(9, LogLevel.Error, "the node cannot go on: {Reason}")]
    public static partial void Fatal(ILogger logger, string reason);

    [LoggerMessage(14, LogLevel.Warning, "the disk is slow: a write took {Took}")]
    public static partial void SlowDisk(ILogger logger, TimeSpan took);

    [LoggerMessage(13, LogLevel.Critical, "internal error: {Reason}")]
    public static partial void Internal(ILogger logger, string reason, Exception exception);

    [LoggerMessage(14, LogLevel.Information, "the state at block {Height} came from the other validators")]
    public static partial void StateFetched(ILogger logger, Height height);

    [LoggerMessage(15, LogLevel.Information, "blocks {From} to {To} were fetched: every block is here")]
    public static partial void HistoryComplete(ILogger logger, Height from, Height to);

    [LoggerMessage(16, LogLevel.Warning, "no snapshot of the state at block {Height}: {Reason}")]
    public static partial void SnapshotFailed(ILogger logger, Height height, string reason);

    [LoggerMessage(10, LogLevel.Information, "run {Run} round {Round}: {What}")]
    public static partial void Run(ILogger logger, RunId run, int round, string what);

    [LoggerMessage(11, LogLevel.Warning, "run {Run} round {Round}: {What}")]
    public static partial void RunTrouble(ILogger logger, RunId run, int round, string what);

    [LoggerMessage(12, LogLevel.Warning, "own transaction {Kind} was not taken: {Reason}")]
    public static partial void OwnRefused(ILogger logger, string kind, string reason);
}
