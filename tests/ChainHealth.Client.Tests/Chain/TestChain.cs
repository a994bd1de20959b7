using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

/// <summary>A chain in memory with the keys of a network folder: every transaction that it takes becomes a block of its
/// own, certified by three validators.</summary>
internal sealed class TestChain
{
    private readonly Lock _gate = new();
    private readonly TestNetwork _network;
    private readonly TransactionVerifier _verifier;
    private readonly List<CertifiedBlock> _blocks = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LedgerState _state;

    public TestChain(TestNetwork network)
    {
        _network = network;
        _verifier = new TransactionVerifier(network.Genesis.Hash());
        _state = LedgerState.FromGenesis(network.Genesis);
    }

    public LedgerState State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public IReadOnlyList<CertifiedBlock> Blocks
    {
        get
        {
            lock (_gate)
            {
                return [.. _blocks];
            }
        }
    }

    /// <summary>Ends with the next block.</summary>
    public Task Grown
    {
        get
        {
            lock (_gate)
            {
                return _grown.Task;
            }
        }
    }

    public SubmitOutcome Submit(byte[] bytes)
    {
        lock (_gate)
        {
            if (TransactionCodec.TryDecode(bytes, out string? fault) is not { } signed
                || _verifier.Verify(signed, _state, out fault) is not { } verified)
            {
                return SubmitOutcome.Refused(fault!);
            }

            if (_blocks.Any(b => b.Block.Transactions.Any(t => t.Id == signed.Id)))
            {
                return SubmitOutcome.Accepted;
            }

            ulong next = _state.NextNonce(signed.Transaction.Sender);
            if (signed.Transaction.Nonce != next)
            {
                return SubmitOutcome.WrongNonce($"nonce {signed.Transaction.Nonce}, {next} expected", next);
            }

            BuiltBlock built = BlockBuilder.Build(_state, [verified], _state.Time + TimeSpan.FromSeconds(1), default);
            if (!built.Dropped.IsEmpty)
            {
                return SubmitOutcome.Refused(built.Dropped[0].Reason);
            }

            _state = built.Next;
            _blocks.Add(new CertifiedBlock(built.Block, Certify(built.Block.Header)));
            _grown.SetResult();
            _grown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return SubmitOutcome.Accepted;
        }
    }

    /// <summary>A note by this member in a block of its own.</summary>
    public void Note(string member, byte content)
    {
        MemberIdentity identity = _network[member];
        SignedTransaction signed = new Transaction(
            identity.Chain, identity.Member.Id, State.NextNonce(identity.Member.Id),
            new NoteBody(new ByteString([content]))).Sign(identity.SigningKey);
        Assert.Equal(SubmitResult.Accepted, Submit(signed.Bytes.ToArray()).Result);
    }

    public QuorumCertificate Certify(BlockHeader header)
    {
        Digest hash = header.Hash();
        Digest message = new VoteSubject(
            header.Chain, header.Epoch, header.Height, default, VotePhase.Commit, hash).Hash();
        return new QuorumCertificate(header.Epoch, header.Height, default, VotePhase.Commit, hash, 0b1011,
            [.. new[] { 1, 2, 4 }.Select(i => _network[$"validator-{i}"].SigningKey.Sign(message))]);
    }
}
