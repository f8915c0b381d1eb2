@echo off
rem Starts Triptych on Windows. In a source folder it builds first, when sources are newer than what
rem was built. The same steps as the script triptych; written without a Windows machine to try it on.
setlocal EnableExtensions
set "HERE=%~dp0"
set "HERE=%HERE:~0,-1%"

set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" -version >nul 2>&1 || (echo triptych: no Java is found: install Java 17 or newer, or set JAVA_HOME 1>&2 & exit /b 1)

if exist "%HERE%\..\lib" if exist "%HERE%\..\bundles" (
  set "PROGRAM=%HERE%\.."
  goto start
)
if not exist "%HERE%\pom.xml" (echo triptych: neither a built program nor its sources are beside this script 1>&2 & exit /b 1)

set "TARGET=%HERE%\distribution\target"
set "STAMP=%TARGET%\built"
if not exist "%STAMP%" goto build
powershell -NoProfile -Command "$t=(Get-Item '%STAMP%').LastWriteTime; Set-Location '%HERE%'; $n=Get-ChildItem pom.xml,triptych.cmd,api,models,host,plugins-text,plugins-music,plugins-image,distribution -Recurse -File | Where-Object { $_.FullName -notmatch '\\target\\|\\src\\test\\' -and $_.LastWriteTime -gt $t } | Select-Object -First 1; if ($n) { exit 1 }"
if errorlevel 1 goto build
goto built

:build
where mvn >nul 2>&1 || (echo triptych: Maven is not found: install Maven 3.8 or newer 1>&2 & exit /b 1)
echo triptych: building, once 1>&2
if exist "%TARGET%" rmdir /s /q "%TARGET%"
pushd "%HERE%"
call mvn -q -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true -Dtriptych.zip.skip=true -pl distribution -am package 1>&2
set "STATUS=%ERRORLEVEL%"
popd
if not "%STATUS%"=="0" (echo triptych: the build failed, see above 1>&2 & exit /b 1)
type nul > "%STAMP%"

:built
for /d %%d in ("%TARGET%\triptych-*") do set "PROGRAM=%%d"
if not defined PROGRAM (echo triptych: the build left no program in %TARGET% 1>&2 & exit /b 1)

:start
set "TRIPTYCH=%TRIPTYCH_HOME%"
if not defined TRIPTYCH set "TRIPTYCH=%USERPROFILE%\.triptych"
set "DJL_OFFLINE=true"
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=passive"
set "OPT_OUT_TRACKING=true"
if not defined RUST_FLAVOR set "RUST_FLAVOR=cpu"
if not defined DJL_CACHE_DIR set "DJL_CACHE_DIR=%TRIPTYCH%\natives"

rem Only the full compiler has the processor's SHA-256, which pays where large models are digested
set "COMPILER=1"
if "%~1"=="models" set "COMPILER=4"
if "%~1"=="generate" for %%g in (text.write text.chat text.instruct image.diffusers) do if "%~2"=="%%g" set "COMPILER=4"

"%JAVA%" -Xms64m -Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=%COMPILER% -Xlog:disable %JAVA_OPTS% ^
  --add-exports java.desktop/com.sun.media.sound=ALL-UNNAMED ^
  -Dfile.encoding=UTF-8 -Djava.awt.headless=true "-Djava.util.prefs.userRoot=%TRIPTYCH%\prefs" ^
  "-Dtriptych.bundles=%PROGRAM%\bundles" "-Dtriptych.maven=%PROGRAM%\lib\maven" ^
  -cp "%PROGRAM%\lib\*" dev.triptych.host.cli.Main %*
exit /b %ERRORLEVEL%
