using System.Collections.Immutable;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>The chain over connections to all validators, none of which is trusted: blocks are verified one by one from
/// the genesis on.</summary>
public sealed class ChainClient : IChainClient
{
    private readonly ChainClientOptions _options;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ChainBoard _board;
    private readonly ValidatorLinks _links;
    private readonly BlockFollower _follower;
    private readonly Submitter _submitter;
    private readonly Task _following;
    private readonly Digest _chain;
    private readonly ValidatorSet _validators;

    private ChainClient(MemberIdentity self, ChainClientOptions options)
    {
        Genesis = self.Genesis;
        _options = options;
        _chain = self.Chain;
        _validators = self.Genesis.ValidatorSet();
        _board = new ChainBoard(self.Genesis, options);
        _links = new ValidatorLinks(LinkIdentity.Of(self), self.Genesis, _board, options, _stopping.Token);
        _follower = new BlockFollower(_links, _board, options);
        _submitter = new Submitter(self, _board, _links, options);
        _following = Task.Run(() => _follower.RunAsync(_stopping.Token));
    }

    public Genesis Genesis { get; }

    /// <summary>Begins to connect and to follow; returns at once. The identity is used, not owned.</summary>
    /// <exception cref="IOException">The cache file cannot be opened.</exception>
    public static ChainClient Start(MemberIdentity self, ChainClientOptions? options = null) =>
        new(self, options ?? new ChainClientOptions());

    public async Task<ChainSubscription> SubscribeAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.SyncTimeout);
        await Task.WhenAny(_follower.Synced, BackOff.WaitAsync(Timeout.InfiniteTimeSpan, limit.Token));
        cancellation.ThrowIfCancellationRequested();
        return _board.Subscribe();
    }

    public Task<Receipt> SubmitAsync(TransactionBody body, CancellationToken cancellation) =>
        _submitter.SubmitAsync(body, cancellation);

    public async Task<ImmutableArray<CertifiedBlock>> GetBlocksAsync(
        Height from, int count, CancellationToken cancellation)
    {
        var blocks = ImmutableArray.CreateBuilder<CertifiedBlock>();
        ulong first = Math.Max(from.Value, 1);
        ulong wanted = (ulong)Math.Clamp(count, 0, ClientLimits.BlocksMax);
        ulong end = Math.Min(_board.State.Height.Value, first + wanted - 1);
        for (ulong height = first; height <= end && wanted > 0; height++)
        {
            blocks.Add(_board.Block(new Height(height)) ?? await FetchAsync(new Height(height), cancellation));
        }

        return blocks.ToImmutable();
    }

    public async Task<LocatedTransaction?> FindTransactionAsync(Digest id, CancellationToken cancellation)
    {
        if (_board.Find(id) is not { } receipt)
        {
            return null;
        }

        CertifiedBlock block = _board.Block(receipt.Height) ?? await FetchAsync(receipt.Height, cancellation);
        return new LocatedTransaction(block.Block.Transactions[receipt.Index], block, receipt.Index);
    }

    public Task<byte[]> GetModelAsync(Digest model, CancellationToken cancellation) => AskAsync(
        $"model {model.Short}", async (link, token) =>
        {
            byte[] bytes = await link.GetModelAsync(model, token);
            return GlobalModel.HashOf(bytes) == model
                ? bytes : throw new ClientApiException("sent other bytes than the hash names");
        }, cancellation);

    public async Task PutPackageAsync(
        MemberId validator, PackageAddress address, ReadOnlyMemory<byte> sealedPackage, CancellationToken cancellation)
    {
        int index = _links.IndexOf(validator);
        string name = index >= 0
            ? _links.Validator(index).Name : throw new ClientApiException($"{validator} is no validator");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.RequestTimeout);
        var backOff = new BackOff(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1));
        while (true)
        {
            try
            {
                ClientApiLink link = await _links.LinkAsync(index, limit.Token);
                StoreOutcome outcome = await link.PutPackageAsync(address, sealedPackage, limit.Token);
                if (!outcome.Stored)
                {
                    throw new ClientApiException($"{name} refuses the package: {outcome.Reason}");
                }

                return;
            }
            catch (LinkException)
            {
                // The connection broke; storing the same package twice does no harm.
                await BackOff.WaitAsync(backOff.Next(), limit.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"{name} did not store the package within {_options.RequestTimeout.TotalSeconds:0.#} s");
            }
        }
    }

    public async Task<RefusalReasons?> GetReasonsAsync(
        RunId run, int round, IReadOnlyList<MemberId> committee, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.ConnectPatience);
        byte[]?[] parts = await Task.WhenAll(committee.Select(async member =>
        {
            try
            {
                ClientApiLink link = await _links.LinkAsync(_links.IndexOf(member), limit.Token);
                return await link.GetReasonAsync(run, round, limit.Token);
            }
            catch (Exception e) when (e is ClientApiException or LinkException or OperationCanceledException)
            {
                // A member that does not answer is one of those that are outvoted.
                return null;
            }
        }));
        cancellation.ThrowIfCancellationRequested();
        return parts.Length == ReasonParts.Count ? ReasonParts.TryCombine(parts) : null;
    }

    public async Task<byte[]> PredictAsync(
        MemberId validator, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        int index = _links.IndexOf(validator);
        string name = index >= 0
            ? _links.Validator(index).Name : throw new ClientApiException($"{validator} is no validator");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.ConnectPatience);
        ClientApiLink link;
        try
        {
            link = await _links.LinkAsync(index, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new LinkException($"{name} cannot be reached");
        }

        return await link.PredictAsync(question, cancellation);
    }

    /// <summary>A fact of the state comes from the newest verified block and the state after it; a transaction from its
    /// own block, which may have to be fetched.</summary>
    public async Task<ChainProof> ProveAsync(ProofQuestion question, CancellationToken cancellation)
    {
        if (_board.Tip is not { } tip)
        {
            throw new ClientApiException("the chain has no block yet");
        }

        ChainProof? proof;
        if (question is TransactionQuestion q)
        {
            proof = q.Height.Value == 0 || q.Height > tip.State.Height ? null : ProofMaker.OfTransaction(
                _board.Block(q.Height) ?? await FetchAsync(q.Height, cancellation), q.Id);
        }
        else
        {
            proof = ProofMaker.OfState(tip.Block.Block.Header, tip.Block.Certificate, tip.State, question);
        }

        return proof ?? throw new ClientApiException("the chain holds nothing of the kind");
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _following;
        await _links.DisposeAsync();
        _board.Dispose();
        _submitter.Dispose();
        _stopping.Dispose();
    }

    /// <summary>A block that has left memory. Its certificate alone shows that it is the one.</summary>
    private Task<CertifiedBlock> FetchAsync(Height height, CancellationToken cancellation) => AskAsync(
        $"block {height}", async (link, token) =>
        {
            ImmutableArray<byte[]> blocks = await link.GetBlocksAsync(height, 1, token);
            CertifiedBlock? block = blocks.IsEmpty ? null : BlockCodec.TryDecodeCertified(blocks[0], out _);
            return block is not null && block.Block.Header.Height == height
                && CertificateRules.Fault(_chain, _validators, block) is null
                ? block : throw new ClientApiException("sent no valid block of that height");
        }, cancellation);

    private Task<T> AskAsync<T>(
        string what, Func<ClientApiLink, CancellationToken, Task<T>> ask, CancellationToken cancellation) =>
        new HedgedRequest<T>(what, ask, _options.ResendAfterMax)
            .RunAsync([.. _links.Open().Select(l => l.Link)], _options.RequestTimeout, cancellation);
}
