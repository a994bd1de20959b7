namespace ChainHealth.Cli.Tests;

/// <summary>verify, with files that are not what they should be.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("chainhealth-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_missing_proof_or_genesis_is_named()
    {
        string missing = Path.Combine(_folder, "missing");
        (int code, _, string error) = await CommandLineTests.RunAsync(
            ["verify", missing, "--genesis", Path.Combine(_folder, "genesis.bin")]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.StartsWith("error: there is no file", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_genesis_nothing_is_verified()
    {
        (int code, _, string error) = await CommandLineTests.RunAsync(["verify", Path.Combine(_folder, "proof")]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("--genesis", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_proof_is_refused()
    {
        await CommandLineTests.RunAsync(["network", "init", Path.Combine(_folder, "network")]);
        string proof = Path.Combine(_folder, "proof");
        await File.WriteAllBytesAsync(proof, new byte[200]);
        (int code, string output, string error) = await CommandLineTests.RunAsync(
            ["verify", proof, "--genesis", Path.Combine(_folder, "network", "genesis.bin")]);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("not a proof file", error, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Fact]
    public async Task A_file_that_is_no_genesis_is_refused()
    {
        string file = Path.Combine(_folder, "genesis.bin");
        await File.WriteAllTextAsync(file, "nothing");
        (int code, _, string error) = await CommandLineTests.RunAsync(["verify", file, "--genesis", file]);
        Assert.Equal(ExitCode.Failed, code);
        Assert.Contains("is no genesis", error, StringComparison.Ordinal);
    }
}
