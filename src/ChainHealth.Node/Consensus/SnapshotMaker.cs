using ChainHealth.Consensus;
using ChainHealth.Ledger;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>Writes snapshots on a thread of its own: states are immutable, so the consensus loop goes on. One that is
/// due while the one before is still being written is left out.</summary>
internal sealed class SnapshotMaker(SnapshotStore store, ILogger logger)
{
    private Task _running = Task.CompletedTask;

    public void Begin(CommittedTip tip, Func<Input, ValueTask> made)
    {
        if (_running.IsCompleted && tip is { Header: { } header, Certificate: { } certificate })
        {
            _running = Task.Run(async () =>
            {
                byte[] content = SnapshotCodec.Encode(new Snapshot(header, tip.State));
                if (content.Length > ConsensusLimits.SnapshotBytesMax)
                {
                    NodeLog.SnapshotFailed(logger, header.Height, $"{content.Length} bytes are too many");
                    return;
                }

                try
                {
                    store.Write(header.Height, new StoredSnapshot(content, certificate));
                }
                catch (IOException e)
                {
                    NodeLog.SnapshotFailed(logger, header.Height, e.Message);
                    return;
                }

                var at = new ChainTip(header.Height, tip.State.Tip);
                await made(new SnapshotMade(
                    SnapshotManifest.Of(at, content, ConsensusLimits.ChunkBytesMax), certificate));
            });
        }
    }
}
