using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node.Tests;

/// <summary>A round with every check, with a package that is not what was committed to, and with a validator that dies:
/// nothing that anybody logs or throws holds eight bytes of a share, a seed or a private key, in whatever notation;
/// and when the round is over no byte of a package is left in any file of a validator.</summary>
public sealed partial class SecrecyTests
{
    private const int Window = 8;

    /// <summary>The ephemeral key of a seal begins with bytes that name its curve.</summary>
    private const int SealHeader = 128;

    [Fact]
    public async Task No_log_and_no_exception_of_a_round_holds_a_piece_of_a_share_or_key()
    {
        var log = new Capture();
        void Thrown(object? sender, FirstChanceExceptionEventArgs e) => log.Lines.Enqueue($"{e.Exception}");
        AppDomain.CurrentDomain.FirstChanceException += Thrown;
        try
        {
            await using var cluster = new NodeCluster(logger: log);
            var round = new RoundFixture(cluster);
            await round.StartAsync(withCheck: true, RoundTests.Every with { CosineMinPerMille = -900 }, 5_000);
            await cluster.SettleAsync();
            await round.CommitReferenceAsync();
            await round.CommitUpdatesAsync();
            await round.ConfirmAsync();
            await cluster.SubmitAsync(0, "provider", new ReportMetricsBody(
                RoundFixture.Run, 1, round.State.Model, new PublicMetrics(900, [890, 910], 950)));
            await round.UntilAsync(r => r.Phase is TrainPhase && r.Round == 2);
            for (int i = 0; i < NodeCluster.Size; i++)
            {
                await cluster.ErasedAsync(i, RoundFixture.Run, 1);
            }

            int first = round.Packages.Count;
            await round.CommitReferenceAsync();
            await round.CommitUpdatesAsync(switches: true);
            await cluster.StopAsync(3);
            await round.UntilAsync(r => r.Phase is EndedPhase);
            for (int i = 0; i < NodeCluster.Size; i++)
            {
                AssertErased(cluster.StoreOf(i), round.Packages.Take(first).Skip(4));
            }

            var secrets = new HashSet<ulong>(Windows(round.Packages.SelectMany(p => Pieces(p.Content))
                .Concat(PrivateKeys(cluster))));
            Assert.True(secrets.Count > 10_000 && log.Lines.Count > 20, $"{secrets.Count}, {log.Lines.Count}");
            Assert.All(log.Lines, line => Assert.False(Holds(line, secrets), "a log line or exception holds a secret"));
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Thrown;
        }
    }

    [Fact]
    public void A_secret_in_any_notation_is_found()
    {
        byte[] secret = RandomNumberGenerator.GetBytes(32);
        var secrets = new HashSet<ulong>(Windows([secret]));
        Assert.True(Holds($"x: {Convert.ToHexString(secret)}", secrets));
        Assert.True(Holds($"0{Convert.ToHexStringLower(secret.AsSpan(3, 20))}", secrets));
        Assert.True(Holds($"x={Convert.ToBase64String(secret)}", secrets));
        Assert.True(Holds($"abc{Convert.ToBase64String(secret.AsSpan(5))}", secrets));
        Assert.True(Holds($"share {BitConverter.ToInt64(secret, 8)} of 3", secrets));
        Assert.True(Holds($"[{string.Join(", ", secret)}]", secrets));
        Assert.True(Holds(BitConverter.ToString(secret), secrets));
        Assert.False(Holds($"{Convert.ToHexString(RandomNumberGenerator.GetBytes(64))} 12345678901", secrets));
    }

    /// <summary>Without the parts that are no secret: lengths, kinds, share numbers and small numbers.</summary>
    private static IEnumerable<byte[]> Pieces(byte[] package) => [package[6..]];

    private static IEnumerable<byte[]> PrivateKeys(NodeCluster cluster)
    {
        foreach (string name in cluster.Genesis.Validators().Select(v => v.Name))
        {
            yield return cluster.Member(name).SigningKey.ExportSecret();
            yield return cluster.Member(name).EncryptionKey!.ExportParameters(true).D!;
            using ECDsa tls = cluster.Member(name).Certificate.GetECDsaPrivateKey()!;
            yield return tls.ExportParameters(true).D!;
        }
    }

    private static void AssertErased(string store, IEnumerable<(byte[] Content, byte[] Sealed)> packages)
    {
        var written = new HashSet<ulong>(Windows(
            packages.SelectMany(p => new[] { p.Content[6..], p.Sealed[SealHeader..] })));
        string[] files = [.. Directory.EnumerateFiles(store, "*", SearchOption.AllDirectories)
            .Where(f => Path.GetFileName(f) != "lock")];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var content = new MemoryStream();
            stream.CopyTo(content);
            Assert.False(Windows([content.ToArray()]).Any(written.Contains), $"{file} holds a piece of a package");
        }
    }

    /// <summary>All runs of eight bytes that could not be anything else: such of small numbers are left out.</summary>
    private static IEnumerable<ulong> Windows(IEnumerable<byte[]> pieces) => pieces.SelectMany(piece => Enumerable
        .Range(0, Math.Max(0, piece.Length - Window + 1))
        .Where(i => piece.AsSpan(i, Window).ToArray().Distinct().Count() > 5)
        .Select(i => BitConverter.ToUInt64(piece, i)));

    private static bool Holds(string text, HashSet<ulong> secrets) =>
        Read(text).Any(b => Windows([b]).Any(secrets.Contains));

    /// <summary>What the text may stand for: hexadecimal digits at both alignments, base 64 at all four, numbers of 64
    /// bits, lists of bytes.</summary>
    private static IEnumerable<byte[]> Read(string text)
    {
        foreach (string run in Hex().Matches(text).Select(m => m.Value.Replace("-", "", StringComparison.Ordinal))
            .Where(r => r.Length >= 2 * Window))
        {
            yield return Convert.FromHexString(run[..(run.Length & ~1)]);
            yield return Convert.FromHexString(run[1..(1 + ((run.Length - 1) & ~1))]);
        }

        foreach (string run in Base64().Matches(text).Select(m => m.Value))
        {
            for (int start = 0; start < 4 && run.Length - start >= 12; start++)
            {
                yield return Convert.FromBase64String(run.Substring(start, (run.Length - start) & ~3));
            }
        }

        foreach (string run in Number().Matches(text).Select(m => m.Value))
        {
            if (long.TryParse(run, CultureInfo.InvariantCulture, out long signed))
            {
                yield return BitConverter.GetBytes(signed);
            }
            else if (ulong.TryParse(run, CultureInfo.InvariantCulture, out ulong value))
            {
                yield return BitConverter.GetBytes(value);
            }
        }

        foreach (Match list in Bytes().Matches(text))
        {
            yield return [.. list.Value.Split(',').Select(n => byte.TryParse(n.Trim(), out byte b) ? b : (byte)0)];
        }
    }

    [GeneratedRegex("[0-9a-fA-F-]{16,}")]
    private static partial Regex Hex();

    [GeneratedRegex("[A-Za-z0-9+/]{12,}")]
    private static partial Regex Base64();

    [GeneratedRegex("-?[0-9]{12,20}")]
    private static partial Regex Number();

    [GeneratedRegex("([0-9]{1,3}, ?){7,}[0-9]{1,3}")]
    private static partial Regex Bytes();

    private sealed class Capture : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
