using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>What holds a share never prints it, and clears it when it is disposed.</summary>
public class SecretsTests
{
    private const long Secret = 0x1234_5678_9ABC_DEF0;

    [Fact]
    public async Task Nothing_that_holds_a_share_prints_it()
    {
        SharedInput input = Parties.Share([.. Enumerable.Repeat(Secret, 6)]);
        SharePackage package = input.Packages[0];
        var job = new CheckJob(Architectures.TryCreate("mlp", new TensorShape(1, 1, 4), 2, out _)!, FixedPoint.Default,
            new long[6], [package], [new PoolPart(package, 1)], new CheckPolicy(1, 0, 0, 0, 0), Digest.Zero);
        List<object> holders =
        [
            input, package, job, job.Pool[0], new AggregationJob([package], [1], new long[6], Digest.Zero),
            new PredictionJob(job.Architecture, FixedPoint.Default, new long[6], package, 1),
            new PredictionAnswer(0, [null, [1], [2], [unchecked((ulong)Secret)]], 1, 1), new DisputeJournal(),
        ];
        string[] told = await Parties.RunAsync((session, _) =>
        {
            using ShareVector vector = Parties.Input(session, input);
            return Task.FromResult($"{session} {session.Keys} {vector}");
        });
        string[] secrets =
        [
            Secret.ToString(CultureInfo.InvariantCulture), Secret.ToString("x", CultureInfo.InvariantCulture),
            .. Enumerable.Range(1, 3).SelectMany(j => Expanded(package, j))
                .Select(v => v.ToString(CultureInfo.InvariantCulture)),
        ];
        foreach (string text in holders.Select(h => h.ToString()!).Concat(told))
        {
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public void An_abort_names_an_exchange_and_parties_and_nothing_else()
    {
        foreach (AbortCause cause in Enum.GetValues<AbortCause>())
        {
            var abort = new MpcAbortException(cause, 7, 1, 2) { Seen = [Digest.Sha256([1])] };
            Assert.Matches(new Regex("^exchange 7: [A-Za-z]+, suspect parties 1 and 2$"), abort.Message);
        }
    }

    [Fact]
    public void A_disposed_package_holds_zeros_only()
    {
        SharePackage package = Parties.Share([.. Enumerable.Repeat(Secret, 6)]).Packages[0];
        package.Dispose();
        byte[] bytes = package.Encode();
        Assert.All(bytes[6..], (b, i) => Assert.True(b is 0 or 1, $"byte {i}"));
    }

    [Fact]
    public void A_package_sealed_for_another_context_does_not_open()
    {
        using var key = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        byte[] package = Parties.Share([Secret]).Packages[0].Encode();
        byte[] content = PackageSealing.Seal(package, key.ExportSubjectPublicKeyInfo(), [1]);
        Assert.Equal(package, PackageSealing.TryOpen(content, key, [1], 1000));
        Assert.Null(PackageSealing.TryOpen(content, key, [2], 1000));
    }

    private static ulong[] Expanded(SharePackage package, int share)
    {
        var words = new ulong[package.Length];
        package.Expand(share, words);
        return words;
    }
}
