using System.Diagnostics;

namespace ChainHealth.Processes.Tests;

/// <summary>Validators that are expected to end, and what they say.</summary>
internal static class Refusals
{
    /// <summary>Starts a killed validator that is expected to refuse.</summary>
    /// <returns>What it said.</returns>
    public static async Task<string> FailToStartAsync(this FaultNetwork network, int validator)
    {
        UserError refused = await Assert.ThrowsAsync<UserError>(() => network.RestartAsync(validator));
        return string.Join('\n', (string[])[refused.Message, .. refused.Details]);
    }

    /// <summary>Starts a killed validator whose files can grow by a few blocks only: to it that is a full disk, and it
    /// takes no rights to make one.</summary>
    /// <returns>What it said when it ended.</returns>
    public static async Task<string> RunOutOfSpaceAsync(this FaultNetwork network, int validator, TimeSpan limit)
    {
        const int room = 64 * 1024;
        ChildSpec plain = network.Spec(validator);
        ProgramFile program = plain.Program with
        {
            Executable = "/bin/bash",
            Arguments =
            [
                "-c", "trap '' XFSZ; exec \"$@\"", "bash", plain.Program.Executable, .. plain.Program.Arguments,
            ],
        };
        await network.RestartAsync(plain with { Program = program });
        long largest = Directory.EnumerateFiles(network.StoreOf(validator), "*.log", SearchOption.AllDirectories)
            .Max(f => new FileInfo(f).Length);
        int process = network.Supervisor.Running[plain.Name];
        using Process limiter = Process.Start("prlimit", ["--pid", $"{process}", $"--fsize={largest + room}"]);
        await limiter.WaitForExitAsync();
        UserError end = await network.Supervisor.Failed.WaitAsync(limit);
        return string.Join('\n', (string[])[end.Message, .. end.Details]);
    }

    /// <summary>Starts a killed validator with a fault of its disk (see DiskFaults of the node), outside of what is
    /// supervised.</summary>
    /// <returns>Its exit code and what it said when it ended.</returns>
    public static async Task<(int Code, string Said)> RunOnBadDiskAsync(
        this FaultNetwork network, int validator, string fault, TimeSpan limit)
    {
        ChildSpec spec = network.Spec(validator);
        string[] arguments = [.. spec.Program.Arguments, .. spec.Arguments, "--disk-fault", fault];
        using Process process = Process.Start(new ProcessStartInfo(spec.Program.Executable, arguments)
        {
            RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            await Task.WhenAll(output, error, process.WaitForExitAsync()).WaitAsync(limit);
            return (process.ExitCode, await error);
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>A second process with the key of a validator, on a copy of the network's folder and at another port.
    /// </summary>
    /// <returns>When it is ready; killed when it is disposed.</returns>
    public static async Task<IDisposable> StartTwinAsync(
        this FaultNetwork network, int validator, string folder, TimeSpan limit)
    {
        ChildSpec spec = network.Spec(validator);
        string[] arguments =
        [
            .. spec.Program.Arguments, .. spec.Arguments.Select(a => a == network.Folder ? folder : a),
            "--listen", "127.0.0.1:0", "--log-level", "Error",
        ];
        var twin = new Twin(Process.Start(new ProcessStartInfo(spec.Program.Executable, arguments)
        {
            RedirectStandardOutput = true,
        })!);
        Assert.Equal($"ready {spec.Name}", await twin.SaysAsync().WaitAsync(limit));
        return twin;
    }

    private sealed class Twin(Process process) : IDisposable
    {
        public Task<string?> SaysAsync() => process.StandardOutput.ReadLineAsync();

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
