using BenchmarkDotNet.Attributes;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Benchmarks;

/// <summary>What one transaction costs the ledger beside its signature: divide by <see cref="Count"/>.</summary>
[MemoryDiagnoser]
public class LedgerBenchmarks
{
    private const int Members = 12;
    private const int Count = 1024;

    private LedgerState _state = null!;
    private TransactionVerifier _verifier = null!;
    private byte[][] _encoded = [];
    private VerifiedTransaction[] _candidates = [];
    private Block _block = null!;
    private ulong _nonce;

    [GlobalSetup]
    public void Fill()
    {
        var genesis = new Genesis(
            "bench", new Instant(1_790_000_000_000), [.. Enumerable.Range(1, Members).Select(Member)]);
        _state = LedgerState.FromGenesis(genesis);
        _verifier = new TransactionVerifier(_state.Chain, (_, _, _) => true);
        _encoded = [.. Enumerable.Range(0, Count).Select(i => TransactionCodec.Encode(new SignedTransaction(
            new Transaction(_state.Chain, new MemberId((uint)(i % Members) + 1), (ulong)(i / Members) + 1,
                new NoteBody(new ByteString(new byte[256]))),
            default)))];
        _candidates = [.. Decode().Select(t => _verifier.Verify(t, _state, out _)!)];
        _block = Build().Block;
    }

    /// <summary>Bytes to transactions, with their ids and leaves.</summary>
    [Benchmark]
    public SignedTransaction[] Decode() => [.. _encoded.Select(e => TransactionCodec.TryDecode(e, out _)!)];

    [Benchmark]
    public BuiltBlock Build() => BlockBuilder.Build(_state, _candidates, _state.Time, new ReplicaId(0));

    /// <summary>Whose signatures were verified before.</summary>
    [Benchmark]
    public BlockOutcome Check() => BlockRules.Check(_state, _block, _state.Time, _verifier);

    /// <summary>After a block that changed nonces only: what every block pays.</summary>
    [Benchmark]
    public Digest StateRoot() =>
        (_state with { Nonces = _state.Nonces.SetItem(new MemberId(5), ++_nonce) }).Root;

    private static Member Member(int number)
    {
        bool validator = number <= 4;
        Digest unique = Digest.Sha256([(byte)number]);
        return new Member(
            new MemberId((uint)number), $"member-{number}", validator ? MemberRole.Validator : MemberRole.Hospital,
            new PublicKey(2, unique), unique, validator ? new ByteString([1]) : default, validator ? "host:1" : "");
    }
}
