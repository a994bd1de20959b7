using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>Fetches the blocks before a state that came from peers, in the background, so that this validator can
/// prove and be audited from genesis on. Each block comes with its own certificate, which was verified, and must name
/// the one before as its parent.</summary>
internal sealed class HistoryFetch(ChainBlocks blocks, Digest chain, Func<PeerNetwork> network, ILogger logger)
{
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _due = new(1, 1);
    private TaskCompletionSource<BlockResponse>? _asked;
    private Height _from;
    private int _turn;

    /// <summary>There is something to fetch.</summary>
    public void Nudge()
    {
        try
        {
            _due.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is known already.
        }
    }

    /// <summary>Until cancelled.</summary>
    /// <exception cref="StoreException">The disk failed.</exception>
    public async Task RunAsync(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _due.WaitAsync(stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                await FetchAllAsync(stopping);
            }
            catch (IOException e)
            {
                throw new StoreException($"the disk failed: {e.Message}", e);
            }
        }
    }

    /// <summary>Whether the blocks were asked for here, and not by the replica.</summary>
    public bool Take(BlockResponse response)
    {
        TaskCompletionSource<BlockResponse>? asked = Volatile.Read(ref _asked);
        return asked is not null && !response.Blocks.IsEmpty && response.Blocks[0].Proposal.Height == _from
            && asked.TrySetResult(response);
    }

    private async Task FetchAllAsync(CancellationToken stopping)
    {
        Height? first = blocks.MissingFrom;
        while (blocks.MissingFrom is { } from && !stopping.IsCancellationRequested)
        {
            if (await AskAsync(from, stopping) is not { } response || !Append(response))
            {
                await BackOff.WaitAsync(Pause, stopping);
            }
        }

        if (first is { } begun && blocks.MissingFrom is null)
        {
            NodeLog.HistoryComplete(logger, begun, blocks.Base);
        }
    }

    private async Task<BlockResponse?> AskAsync(Height from, CancellationToken stopping)
    {
        PeerLink[] peers = [.. network().Peers.Where(p => p.IsConnected)];
        if (peers.Length == 0)
        {
            return null;
        }

        var asked = new TaskCompletionSource<BlockResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        _from = from;
        Volatile.Write(ref _asked, asked);
        _turn = (_turn + 1) % peers.Length;
        peers[_turn].TrySend(PeerKind.Consensus, ConsensusMessageCodec.Encode(
            new BlockRequest(from, ConsensusLimits.BlocksPerResponseMax)));
        await Task.WhenAny(asked.Task, BackOff.WaitAsync(AnswerLimit, stopping));
        Volatile.Write(ref _asked, null);
        return asked.Task.IsCompletedSuccessfully ? asked.Task.Result : null;
    }

    private bool Append(BlockResponse response)
    {
        foreach (CertifiedProposal block in response.Blocks)
        {
            if (blocks.MissingFrom != block.Proposal.Height || !IsNext(block.Proposal))
            {
                break;
            }

            blocks.AppendMissing(StoredBlock.Of(
                block.Proposal.Height, block.Proposal.Payload.Span, block.Certificate));
        }

        blocks.FlushMissing();
        return blocks.MissingFrom > response.Blocks[0].Proposal.Height || blocks.MissingFrom is null;
    }

    private bool IsNext(Proposal proposal)
    {
        Digest parent = proposal.Height.Value == 1 ? chain
            : blocks.Read(new Height(proposal.Height.Value - 1))!.Value.Certificate().Block;
        return BlockCodec.TryDecode(proposal.Payload.Span, out _) is { } block
            && block.Header.Hash() == proposal.Hash && block.Header.Parent == parent
            && BlockRules.TransactionRoot(block.Transactions) == block.Header.TransactionRoot;
    }
}
