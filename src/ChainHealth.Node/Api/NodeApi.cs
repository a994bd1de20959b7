using System.Runtime.CompilerServices;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>What this validator does for members that connect as clients.</summary>
internal sealed class NodeApi(
    TransactionIntake intake, ChainView view, NodeStore store, PackageDoor packages, PredictionDesk predictions,
    ReasonDesk reasons, Func<NodeHealth> health, TimeProvider time) : IClientApi
{
    /// <summary>A subscriber hears the node's status this often.</summary>
    private static readonly TimeSpan StatusEvery = TimeSpan.FromSeconds(1);

    public ValueTask<SubmitOutcome> SubmitAsync(Member client, byte[] transaction, CancellationToken cancellation) =>
        new(intake.Submit(transaction));

    public ValueTask<IReadOnlyList<byte[]>> GetBlocksAsync(
        Member client, Height from, int count, CancellationToken cancellation)
    {
        List<byte[]> blocks = [];
        long bytes = 0;
        for (Height height = from; blocks.Count < count; height = height.Next)
        {
            if (Read(height) is not { } block || (blocks.Count > 0
                && bytes + block.Length > ClientLimits.BlocksBytesMax))
            {
                break;
            }

            blocks.Add(block);
            bytes += block.Length;
        }

        return new ValueTask<IReadOnlyList<byte[]>>(blocks);
    }

    public async IAsyncEnumerable<ClientPush> FollowAsync(
        Member client, Height from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        long told = time.GetTimestamp();
        yield return new StatusPush(await health().StatusAsync(cancellation));
        Height next = from.Value == 0 ? from.Next : from;
        while (true)
        {
            if (Read(next) is { } block)
            {
                yield return new BlockPush(block);
                next = next.Next;
            }
            else
            {
                await WaitAsync(next, StatusEvery - time.GetElapsedTime(told), cancellation);
            }

            if (time.GetElapsedTime(told) >= StatusEvery)
            {
                told = time.GetTimestamp();
                yield return new StatusPush(await health().StatusAsync(cancellation));
            }
        }
    }

    public ValueTask<byte[]?> GetModelAsync(Member client, Digest model, CancellationToken cancellation) =>
        new(store.Models.Read(model));

    public ValueTask<StoreOutcome> PutPackageAsync(
        Member client, PackageAddress address, byte[] sealedPackage, CancellationToken cancellation) =>
        packages.PutAsync(client, address, sealedPackage, cancellation);

    public ValueTask<ChainProof?> GetProofAsync(
        Member client, ProofQuestion question, CancellationToken cancellation)
    {
        CommittedTip tip = view.Tip;
        if (question is TransactionQuestion q)
        {
            CertifiedBlock? block = Read(q.Height) is { } bytes ? BlockCodec.TryDecodeCertified(bytes, out _) : null;
            return new ValueTask<ChainProof?>(block is null ? null : ProofMaker.OfTransaction(block, q.Id));
        }

        return new ValueTask<ChainProof?>(tip is { Header: { } header, Certificate: { } certificate }
            ? ProofMaker.OfState(header, certificate, tip.State, question) : null);
    }

    public ValueTask<byte[]> PredictAsync(Member client, byte[] question, CancellationToken cancellation) =>
        predictions.AnswerAsync(client, question, cancellation);

    public ValueTask<byte[]?> GetReasonAsync(
        Member client, RunId run, int round, CancellationToken cancellation) =>
        new(view.State.Runs.TryGetValue(run, out RunState? state) ? reasons.Find(state, round, client.Id) : null);

    public ValueTask<NodeStatus> GetStatusAsync(Member client, CancellationToken cancellation) =>
        health().StatusAsync(cancellation);

    /// <summary>Only what is final: the store may be a block ahead for a moment.</summary>
    private byte[]? Read(Height height)
    {
        try
        {
            return height > view.State.Height || height.Value == 0 ? null
                : store.Blocks.Read(height)?.Certified.ToArray() ?? throw new ClientApiException(
                    $"block {height} is not here yet: this validator has its state from the others and is fetching the "
                    + "blocks before it; ask another one");
        }
        catch (StoreException)
        {
            throw new ClientApiException($"block {height} is damaged in this validator's store; ask another one");
        }
    }

    private async Task WaitAsync(Height next, TimeSpan longest, CancellationToken cancellation)
    {
        if (longest <= TimeSpan.Zero)
        {
            return;
        }

        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task changed = view.WaitAboveAsync(new Height(next.Value - 1), waiting.Token);
        await Task.WhenAny(changed, Task.Delay(longest, time, waiting.Token));
        await waiting.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }
}
