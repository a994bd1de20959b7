using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Follows the blocks of one validator at a time. Goes on to the next one when the connection ends or when it
/// falls behind what others say; one that sends a block that does not verify is dropped.</summary>
internal sealed class BlockFollower(ValidatorLinks links, ChainBoard board, ChainClientOptions options)
{
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>So many that one of them at least tells the truth.</summary>
    private readonly int _oneHonest = Quorum.Of(links.Count).OneHonest;

    private volatile bool _heard;

    /// <summary>Ends once the state is as high as the followed validator said it was.</summary>
    public Task Synced => _synced.Task;

    public async Task RunAsync(CancellationToken stopping)
    {
        int next = 0;
        while (!stopping.IsCancellationRequested)
        {
            Task changed = links.Changed;
            (int Index, ClientApiLink Link)? chosen = Choose(next);
            try
            {
                if (chosen is { } c)
                {
                    await FollowAsync(c.Index, c.Link, stopping);
                    next = (c.Index + 1) % links.Count;
                }
                else
                {
                    await changed.WaitAsync(stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private (int Index, ClientApiLink Link)? Choose(int first)
    {
        for (int i = 0; i < links.Count; i++)
        {
            int index = (first + i) % links.Count;
            if (links.Link(index) is { } link)
            {
                return (index, link);
            }
        }

        return null;
    }

    private async Task FollowAsync(int index, ClientApiLink link, CancellationToken stopping)
    {
        CheckSynced(index);
        Task following = link.FollowAsync(board.State.Height.Next, push => TakeAsync(index, push), stopping);
        var patience = new FollowPatience(options);
        while (!following.IsCompleted)
        {
            await Task.WhenAny(following, BackOff.WaitAsync(FollowPatience.Look, stopping));
            stopping.ThrowIfCancellationRequested();
            Height now = board.State.Height;
            bool othersHaveMore = board.Nodes.Count(n => n.Reachable && n.Height > now) >= _oneHonest;
            if (patience.EndsWith(now, _heard, othersHaveMore) is { } why)
            {
                options.Report?.Invoke($"{link.Peer.Name} {why}");
                link.Close("lags behind");
            }

            _heard = false;
        }

        if (following.Exception?.InnerException is { } fault and not LinkException)
        {
            link.Close(fault.Message);
        }
    }

    private ValueTask TakeAsync(int index, ClientPush push)
    {
        _heard = true;
        if (push is StatusPush status)
        {
            links.Take(index, status.Status);
        }
        else if (Fault((BlockPush)push) is { } fault)
        {
            links.Drop(index, fault);
        }

        CheckSynced(index);
        return ValueTask.CompletedTask;
    }

    private string? Fault(BlockPush push) =>
        BlockCodec.TryDecodeCertified(push.CertifiedBlock, out string? fault) is { } block ? board.Apply(block) : fault;

    private void CheckSynced(int index)
    {
        if (board.State.Height >= board.Nodes[index].Height)
        {
            _synced.TrySetResult();
        }
    }
}
