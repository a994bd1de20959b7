using BenchmarkDotNet.Attributes;
using ChainHealth.Primitives;

namespace ChainHealth.Benchmarks;

/// <summary>The signature library decides the signed throughput of the chain.</summary>
[MemoryDiagnoser]
public class SignatureBenchmarks : IDisposable
{
    private readonly SigningKey _key = SigningKey.TryCreate(Digest.Sha256([1]).ToArray())!;
    private readonly Digest _message = Digest.Sha256([2]);
    private readonly Signature _signature;

    public SignatureBenchmarks() => _signature = _key.Sign(_message);

    [Benchmark]
    public Signature Sign() => _key.Sign(_message);

    [Benchmark]
    public bool Verify() => Secp256k1.Verify(_key.PublicKey, _message, _signature);

    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }
}
