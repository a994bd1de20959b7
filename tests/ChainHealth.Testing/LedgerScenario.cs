using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Testing;

/// <summary>A chain in memory: builds blocks from acts, checks each by the rules that validators use, and certifies it
/// with the keys of the test validators. The phases of a run have one method each (see
/// <see cref="RoundScenario"/>).</summary>
public sealed class LedgerScenario
{
    private readonly List<CertifiedBlock> _blocks = [];
    private readonly List<LedgerState> _states = [];
    private readonly TransactionVerifier _verifier;

    public LedgerScenario(TestNetwork? network = null)
    {
        Network = network ?? new TestNetwork();
        State = LedgerState.FromGenesis(Network.Genesis);
        Now = Network.Genesis.Time;
        _states.Add(State);
        _verifier = new TransactionVerifier(Network.Chain);
    }

    public TestNetwork Network { get; }

    public LedgerState State { get; private set; }

    /// <summary>The scenario's clock; each block takes <see cref="BlockTime"/>.</summary>
    public Instant Now { get; private set; }

    public TimeSpan BlockTime { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Ascending; the first has height 1, unless old ones were forgotten.</summary>
    public IReadOnlyList<CertifiedBlock> Blocks => _blocks;

    /// <summary>States[i] is the state before Blocks[i], the last one that after the last block.</summary>
    public IReadOnlyList<LedgerState> States => _states;

    public RunState Run(RunId id) => State.Runs[id];

    public RunState Run() => State.Runs.Values.Last();

    /// <summary>Lets time pass without a block.</summary>
    public void Wait(TimeSpan time) => Now += time;

    /// <summary>A block of these acts, in order.</summary>
    /// <exception cref="InvalidOperationException">An act is refused; the message says why.</exception>
    public CertifiedBlock Commit(params (MemberId Sender, TransactionBody Body)[] acts) =>
        TryCommit(out CertifiedBlock? block, acts) is { } fault ? throw new InvalidOperationException(fault) : block!;

    /// <summary>Why the act would be refused now; null where it would not. Commits nothing.</summary>
    public string? Refusal(MemberId sender, TransactionBody body)
    {
        SignedTransaction signed = Network.Sign(sender, State.NextNonce(sender), body);
        return _verifier.Verify(signed, State, out string? fault) is { } verified
            ? State.Check(verified, Now + BlockTime) : fault;
    }

    /// <summary>Drops all but the newest blocks and states, for stories without an end.</summary>
    public void Forget(int keep)
    {
        int drop = Math.Max(0, _blocks.Count - keep);
        _blocks.RemoveRange(0, drop);
        _states.RemoveRange(0, drop);
    }

    /// <summary>Commits an empty block after the earliest deadline.</summary>
    public CertifiedBlock PassDeadline()
    {
        Instant deadline = State.NextDeadline() ?? throw new InvalidOperationException("no run is open");
        Now = deadline > Now ? deadline : Now;
        return Commit();
    }

    private string? TryCommit(out CertifiedBlock? certified, (MemberId Sender, TransactionBody Body)[] acts)
    {
        certified = null;
        Now += BlockTime;
        var nonces = new Dictionary<MemberId, ulong>();
        var candidates = new List<VerifiedTransaction>();
        foreach ((MemberId sender, TransactionBody body) in acts)
        {
            nonces[sender] = nonces.GetValueOrDefault(sender, State.NextNonce(sender) - 1) + 1;
            SignedTransaction signed = Network.Sign(sender, nonces[sender], body);
            if (_verifier.Verify(signed, State, out string? fault) is not { } verified)
            {
                return fault;
            }

            candidates.Add(verified);
        }

        ReplicaId proposer = new((byte)(State.Height.Value % (ulong)Network.Validators.Keys.Length));
        BuiltBlock built = BlockBuilder.Build(State, candidates, Now, proposer);
        if (!built.Dropped.IsEmpty)
        {
            return built.Dropped[0].Reason;
        }

        BlockOutcome outcome = BlockRules.Check(State, built.Block, Now, _verifier);
        if (outcome.Next is null)
        {
            return outcome.Fault;
        }

        certified = new CertifiedBlock(built.Block, Network.Certify(built.Block.Header));
        State = outcome.Next;
        _blocks.Add(certified);
        _states.Add(State);
        return null;
    }
}
