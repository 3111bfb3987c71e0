<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>AccountList</name>
    <message>
        <source>NAME</source>
        <translation>NOMBRE</translation>
    </message>
    <message>
        <source>FULL NAME</source>
        <translation>NOMBRE COMPLETO</translation>
    </message>
    <message>
        <source>ROLE</source>
        <translation>FUNCIÓN</translation>
    </message>
    <message>
        <source>STATE</source>
        <translation>ESTADO</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>Cuentas</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Activa</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Cerrada</translation>
    </message>
</context>
<context>
    <name>AccountsSection</name>
    <message>
        <source>empty: keep the present one</source>
        <translation>vacío: se conserva la actual</translation>
    </message>
    <message>
        <source>Name to log in with</source>
        <translation>Nombre de usuario</translation>
    </message>
    <message>
        <source>New account</source>
        <translation>Cuenta nueva</translation>
    </message>
    <message>
        <source>Full name</source>
        <translation>Nombre completo</translation>
    </message>
    <message>
        <source>Role</source>
        <translation>Función</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Save account</source>
        <translation>Guardar cuenta</translation>
    </message>
    <message>
        <source>Close account</source>
        <translation>Cerrar cuenta</translation>
    </message>
    <message>
        <source>Choose an account to change it, or fill in the form to create one.</source>
        <translation>Elija una cuenta para cambiarla, o rellene el formulario para crear una.</translation>
    </message>
    <message>
        <source>Create account</source>
        <translation>Crear cuenta</translation>
    </message>
    <message>
        <source>at least 8 characters</source>
        <translation>al menos 8 caracteres</translation>
    </message>
    <message>
        <source>You are changing the account {name}.</source>
        <translation>Está cambiando la cuenta {name}.</translation>
    </message>
    <message>
        <source>Open account again</source>
        <translation>Reabrir la cuenta</translation>
    </message>
    <message>
        <source>The account {name} was saved.</source>
        <translation>La cuenta {name} se ha guardado.</translation>
    </message>
    <message>
        <source>The account {name} is closed.</source>
        <translation>La cuenta {name} está cerrada.</translation>
    </message>
</context>
<context>
    <name>AlarmActions</name>
    <message>
        <source>Siren off was sent. Watch the unit until it is quiet.</source>
        <translation>Se ha enviado la orden de apagar la sirena. Vigile la unidad hasta que calle.</translation>
    </message>
</context>
<context>
    <name>AlarmButtons</name>
    <message>
        <source>Take</source>
        <translation>Tomar</translation>
    </message>
    <message>
        <source>Silence</source>
        <translation>Silenciar</translation>
    </message>
    <message>
        <source>Acknowledge</source>
        <translation>Reconocer</translation>
    </message>
    <message>
        <source>Siren off</source>
        <translation>Apagar sirena</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>Siguiente</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Detalles</translation>
    </message>
    <message>
        <source>Give back</source>
        <translation>Devolver</translation>
    </message>
</context>
<context>
    <name>AlarmDetails</name>
    <message>
        <source>WHAT TO DO</source>
        <translation>QUÉ HACER</translation>
    </message>
    <message>
        <source>INPUTS AND OUTPUTS NOW</source>
        <translation>ENTRADAS Y SALIDAS AHORA</translation>
    </message>
    <message>
        <source>NOTE</source>
        <translation>NOTA</translation>
    </message>
    <message>
        <source>THE WAY OF THIS ALARM</source>
        <translation>EL RECORRIDO DE ESTA ALARMA</translation>
    </message>
    <message>
        <source>Choose an alarm to see everything about it.</source>
        <translation>Elija una alarma para ver todo sobre ella.</translation>
    </message>
    <message>
        <source>not yet stored</source>
        <translation>aún sin guardar</translation>
    </message>
    <message>
        <source>Since {clock} ({ago})</source>
        <translation>Desde las {clock} ({ago})</translation>
    </message>
    <message>
        <source>{since}, {count} times</source>
        <translation>{since}, {count} veces</translation>
    </message>
    <message>
        <source>{priority}. Active, nobody has acknowledged it.</source>
        <translation>{priority}. Activa, nadie la ha reconocido.</translation>
    </message>
    <message>
        <source>{priority}. Over, but nobody has acknowledged it.</source>
        <translation>{priority}. Terminada, pero nadie la ha reconocido.</translation>
    </message>
    <message>
        <source>{priority}. Active, acknowledged by {name}.</source>
        <translation>{priority}. Activa, reconocida por {name}.</translation>
    </message>
    <message>
        <source>{priority}. Closed; acknowledged by {name}.</source>
        <translation>{priority}. Cerrada; reconocida por {name}.</translation>
    </message>
    <message>
        <source>{state} Taken by {name}.</source>
        <translation>{state} Tomada por {name}.</translation>
    </message>
</context>
<context>
    <name>AlarmHeadline</name>
    <message>
        <source>not yet stored</source>
        <translation>aún sin guardar</translation>
    </message>
    <message>
        <source>{priority}: {kind}, {unit}</source>
        <translation>{priority}: {kind}, {unit}</translation>
    </message>
    <message>
        <source>Since {clock}, waiting {time}</source>
        <translation>Desde las {clock}, espera {time}</translation>
    </message>
    <message>
        <source>{since}, raised {count} times</source>
        <translation>{since}, activada {count} veces</translation>
    </message>
    <message>
        <source>No sound comes out: only the screen tells of this.</source>
        <translation>No sale ningún sonido: solo la pantalla avisa.</translation>
    </message>
    <message>
        <source>Sounds louder in {left}.</source>
        <translation>Sonará más fuerte en {left}.</translation>
    </message>
    <message>
        <source>Sounds without pauses in {left}.</source>
        <translation>Sonará sin pausas en {left}.</translation>
    </message>
    <message>
        <source>Taken by {name}.</source>
        <translation>Tomada por {name}.</translation>
    </message>
    <message>
        <source>It is over, but nobody has acknowledged it.</source>
        <translation>Ha terminado, pero nadie la ha reconocido.</translation>
    </message>
    <message>
        <source>Nobody has taken it yet.</source>
        <translation>Nadie la ha tomado todavía.</translation>
    </message>
    <message>
        <source>{value} °C</source>
        <translation>{value} °C</translation>
    </message>
    <message>
        <source>{value} % humidity</source>
        <translation>{value} % de humedad</translation>
    </message>
    <message>
        <source>last heard {ago}</source>
        <translation>oída por última vez {ago}</translation>
    </message>
</context>
<context>
    <name>AlarmListModel</name>
    <message>
        <source>{priority}: {kind}, {unit}, {state}</source>
        <translation>{priority}: {kind}, {unit}, {state}</translation>
    </message>
</context>
<context>
    <name>AlarmPopup</name>
    <message>
        <source>Alarm</source>
        <translation>Alarma</translation>
    </message>
    <message>
        <source>Everything is acknowledged.</source>
        <translation>Todo está reconocido.</translation>
    </message>
    <message>
        <source>No connection to the service: this may be old, and the keys wait until then.</source>
        <translation>Sin conexión con el servicio: esto puede ser antiguo y las teclas no actúan hasta que vuelva.</translation>
    </message>
    <message>
        <source>WAITING: {count}</source>
        <translation>ESPERAN: {count}</translation>
    </message>
</context>
<context>
    <name>AlarmQueueList</name>
    <message>
        <source>Waiting alarms</source>
        <translation>Alarmas en espera</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>y {count} más</translation>
    </message>
</context>
<context>
    <name>AlarmRow</name>
    <message>
        <source>{kind} × {count}</source>
        <translation>{kind} × {count}</translation>
    </message>
    <message>
        <source>not yet stored</source>
        <translation>sin guardar</translation>
    </message>
    <message>
        <source>silenced {left}</source>
        <translation>silenciada {left}</translation>
    </message>
</context>
<context>
    <name>AlarmsPage</name>
    <message>
        <source>STATE</source>
        <translation>ESTADO</translation>
    </message>
    <message>
        <source>PRIO.</source>
        <translation>PRIO.</translation>
    </message>
    <message>
        <source>PLACE</source>
        <translation>LUGAR</translation>
    </message>
    <message>
        <source>TYPE</source>
        <translation>TIPO</translation>
    </message>
    <message>
        <source>SINCE</source>
        <translation>DESDE</translation>
    </message>
    <message>
        <source>OWNER</source>
        <translation>A CARGO</translation>
    </message>
    <message>
        <source>NOTE</source>
        <translation>NOTA</translation>
    </message>
    <message>
        <source>SEEN IN</source>
        <translation>VISTA EN</translation>
    </message>
    <message>
        <source>Alarm list</source>
        <translation>Lista de alarmas</translation>
    </message>
    <message>
        <source>To handle</source>
        <translation>Por atender</translation>
    </message>
    <message>
        <source>All open</source>
        <translation>Todas las abiertas</translation>
    </message>
    <message>
        <source>Last 24 h</source>
        <translation>Últimas 24 h</translation>
    </message>
    <message>
        <source>About the chosen alarm</source>
        <translation>Sobre la alarma elegida</translation>
    </message>
    <message>
        <source>There is no database at the moment: only open alarms are listed.</source>
        <translation>Ahora no hay base de datos: solo se muestran las alarmas abiertas.</translation>
    </message>
    <message>
        <source>Nothing is known now: the service is not connected.</source>
        <translation>Ahora no se sabe nada: el servicio no está conectado.</translation>
    </message>
    <message>
        <source>Nothing is known now: the units are not heard.</source>
        <translation>Ahora no se sabe nada: no se oye a las unidades.</translation>
    </message>
    <message>
        <source>Nothing waits, but it is not over. Alarms that are acknowledged and still open: {count} (see All open).</source>
        <translation>Nada espera, pero no ha terminado. Alarmas reconocidas que siguen abiertas: {count} (vea Todas las abiertas).</translation>
    </message>
    <message>
        <source>Nothing to handle. All is quiet.</source>
        <translation>Nada por atender. Todo está tranquilo.</translation>
    </message>
    <message>
        <source>No alarms here.</source>
        <translation>Aquí no hay alarmas.</translation>
    </message>
    <message>
        <source>{count} new – show</source>
        <translation>{count} más: mostrar</translation>
    </message>
</context>
<context>
    <name>Banners</name>
    <message>
        <source>{part}: {sentence}</source>
        <translation>{part}: {sentence}</translation>
    </message>
    <message>
        <source>{sentence} (and {count} more)</source>
        <translation>{sentence} (y {count} más)</translation>
    </message>
    <message>
        <source>{kind} {unit} ({left})</source>
        <translation>{kind} {unit} ({left})</translation>
    </message>
    <message>
        <source>Silenced now: {alarms}</source>
        <translation>Silenciadas ahora: {alarms}</translation>
    </message>
</context>
<context>
    <name>CommandDetail</name>
    <message>
        <source>Cancel it</source>
        <translation>Cancelarla</translation>
    </message>
    <message>
        <source>Request and answer</source>
        <translation>Petición y respuesta</translation>
    </message>
    <message>
        <source>Request and answer, secrets masked</source>
        <translation>Petición y respuesta, con los secretos ocultos</translation>
    </message>
    <message>
        <source>No command chosen</source>
        <translation>Ninguna orden elegida</translation>
    </message>
    <message>
        <source>{command}, {unit}</source>
        <translation>{command}, {unit}</translation>
    </message>
    <message>
        <source>{state}: {meaning}</source>
        <translation>{state}: {meaning}</translation>
    </message>
    <message>
        <source>The unit says: {message} (code {code})</source>
        <translation>La unidad dice: {message} (código {code})</translation>
    </message>
    <message>
        <source>The unit says: {message}</source>
        <translation>La unidad dice: {message}</translation>
    </message>
    <message>
        <source>It waits until {time} for the unit to come back.</source>
        <translation>Espera hasta las {time} a que vuelva la unidad.</translation>
    </message>
    <message>
        <source>Request {request_id}, attempt {attempts}
{request}

Answer
{answer}</source>
        <translation>Petición {request_id}, intento {attempts}
{request}

Respuesta
{answer}</translation>
    </message>
</context>
<context>
    <name>CommandEntry</name>
    <message>
        <source>siren ESG-041 pulse 10s      Tab completes, ↑ repeats</source>
        <translation>siren ESG-041 pulse 10s      Tab completa, ↑ repite</translation>
    </message>
    <message>
        <source>Command line</source>
        <translation>Línea de órdenes</translation>
    </message>
    <message>
        <source>Your role may not send {command}.</source>
        <translation>Su función no puede enviar {command}.</translation>
    </message>
</context>
<context>
    <name>CommandForm</name>
    <message>
        <source>Commands</source>
        <translation>Órdenes</translation>
    </message>
</context>
<context>
    <name>CommandList</name>
    <message>
        <source>Commands and how far they have come</source>
        <translation>Órdenes y hasta dónde han llegado</translation>
    </message>
    <message>
        <source>No command yet. What you send appears here and climbs its ladder.</source>
        <translation>Todavía no hay órdenes. Lo que envíe aparece aquí y sube por su escala.</translation>
    </message>
    <message>
        <source>Also what the station sends by itself</source>
        <translation>También lo que la estación envía por sí sola</translation>
    </message>
</context>
<context>
    <name>CommandListModel</name>
    <message>
        <source>{command}, {unit}: {state}</source>
        <translation>{command}, {unit}: {state}</translation>
    </message>
    <message>
        <source>{state} {time} {note}</source>
        <translation>{state} {time} {note}</translation>
    </message>
</context>
<context>
    <name>CommandRow</name>
    <message>
        <source>the station</source>
        <translation>la estación</translation>
    </message>
    <message>
        <source>{operator}, {time}</source>
        <translation>{operator}, {time}</translation>
    </message>
    <message>
        <source>+{time}</source>
        <translation>+{time}</translation>
    </message>
</context>
<context>
    <name>CommandSender</name>
    <message>
        <source>Choose at least one unit on the left.</source>
        <translation>Elija al menos una unidad a la izquierda.</translation>
    </message>
    <message>
        <source>{unit}. {effect} Send it?</source>
        <translation>{unit}. {effect} ¿Enviarla?</translation>
    </message>
    <message>
        <source>{count} units. {effect} Send it to all of them?</source>
        <translation>{count} unidades. {effect} ¿Enviarla a todas?</translation>
    </message>
    <message>
        <source>Yes, send: {command}</source>
        <translation>Sí, enviar: {command}</translation>
    </message>
    <message>
        <source>{unit}: {why}</source>
        <translation>{unit}: {why}</translation>
    </message>
</context>
<context>
    <name>CommandsPage</name>
    <message>
        <source>Commands or live messages</source>
        <translation>Órdenes o mensajes en directo</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Órdenes</translation>
    </message>
    <message>
        <source>Live messages</source>
        <translation>Mensajes en directo</translation>
    </message>
    <message>
        <source>The same as a command line</source>
        <translation>Lo mismo como línea de órdenes</translation>
    </message>
    <message>
        <source>Let it wait for offline units</source>
        <translation>Que espere si no hay conexión</translation>
    </message>
    <message>
        <source>Send  Ctrl+⏎</source>
        <translation>Enviar  Ctrl+⏎</translation>
    </message>
    <message>
        <source>There are no units yet to send a command to</source>
        <translation>Todavía no hay unidades a las que enviar una orden</translation>
    </message>
    <message>
        <source>To: nobody yet, choose units on the left</source>
        <translation>Para: nadie aún, elija unidades a la izquierda</translation>
    </message>
    <message>
        <source>To: {unit}</source>
        <translation>Para: {unit}</translation>
    </message>
    <message>
        <source>To: {count} units, {offline} of them offline</source>
        <translation>Para: {count} unidades, {offline} sin conexión</translation>
    </message>
    <message>
        <source>To: {count} units</source>
        <translation>Para: {count} unidades</translation>
    </message>
    <message>
        <source>Taken on; it climbs its ladder below.</source>
        <translation>Aceptada; abajo se ve cómo avanza.</translation>
    </message>
    <message>
        <source>Taken on for {count} units.</source>
        <translation>Aceptada para {count} unidades.</translation>
    </message>
    <message>
        <source>and {count} more</source>
        <translation>y {count} más</translation>
    </message>
    <message>
        <source>Taken on: {accepted}. Refused: {refused}.</source>
        <translation>Aceptadas: {accepted}. Rechazadas: {refused}.</translation>
    </message>
</context>
<context>
    <name>ConfirmBar</name>
    <message>
        <source>Back  Esc</source>
        <translation>Volver  Esc</translation>
    </message>
</context>
<context>
    <name>Console</name>
    <message>
        <source>This choice holds until the console ends: it cannot be written ({problem})</source>
        <translation>Esta elección vale hasta que se cierre la consola: no se puede guardar ({problem})</translation>
    </message>
    <message>
        <source>The service is being started.</source>
        <translation>El servicio se está iniciando.</translation>
    </message>
    <message>
        <source>The service ended and is started again. It said: {reason}</source>
        <translation>El servicio ha terminado y se inicia de nuevo. Ha dicho: {reason}</translation>
    </message>
    <message>
        <source>The service is being ended.</source>
        <translation>El servicio se está cerrando.</translation>
    </message>
    <message>
        <source>Waiting for the service of this machine.</source>
        <translation>Esperando al servicio de este equipo.</translation>
    </message>
</context>
<context>
    <name>DeviceTree</name>
    <message>
        <source>Filter: name, host, MAC, address, note, place</source>
        <translation>Filtro: nombre, host, MAC, dirección, nota, lugar</translation>
    </message>
    <message>
        <source>Filter units</source>
        <translation>Filtrar unidades</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>Any state</source>
        <translation>Cualquier estado</translation>
    </message>
    <message>
        <source>In alarm</source>
        <translation>En alarma</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>En línea</translation>
    </message>
    <message>
        <source>Late</source>
        <translation>Con retraso</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Sin conexión</translation>
    </message>
    <message>
        <source>Never heard</source>
        <translation>Nunca oída</translation>
    </message>
    <message>
        <source>Not enrolled</source>
        <translation>Sin registrar</translation>
    </message>
    <message>
        <source>Last seen</source>
        <translation>Vista por última vez</translation>
    </message>
    <message>
        <source>Seen any time</source>
        <translation>Oída en cualquier momento</translation>
    </message>
    <message>
        <source>Silent for 5 min</source>
        <translation>Callada 5 min</translation>
    </message>
    <message>
        <source>Silent for 1 h</source>
        <translation>Callada 1 h</translation>
    </message>
    <message>
        <source>Silent for 1 day</source>
        <translation>Callada 1 día</translation>
    </message>
    <message>
        <source>Silent for 1 week</source>
        <translation>Callada 1 semana</translation>
    </message>
    <message>
        <source>Sites and units</source>
        <translation>Sitios y unidades</translation>
    </message>
    <message>
        <source>{matching} of {total} units</source>
        <translation>{matching} de {total} unidades</translation>
    </message>
    <message>
        <source>Units: {total}</source>
        <translation>Unidades: {total}</translation>
    </message>
    <message>
        <source>No unit matches. Clear the filter to see all of them.</source>
        <translation>Ninguna unidad coincide. Borre el filtro para verlas todas.</translation>
    </message>
    <message>
        <source>No units yet. Switch on a unit whose broker is this station&apos;s: it appears here by itself and waits to be enrolled.</source>
        <translation>Todavía no hay unidades. Encienda una unidad cuyo bróker sea el de esta estación: aparece aquí por sí sola y espera a ser registrada.</translation>
    </message>
</context>
<context>
    <name>DeviceTreeModel</name>
    <message>
        <source>Not enrolled</source>
        <translation>Sin registrar</translation>
    </message>
    <message>
        <source>Without a site</source>
        <translation>Sin sitio</translation>
    </message>
    <message>
        <source>{name}, units: {total}, in alarm: {alarms}, offline: {offline}</source>
        <translation>{name}, unidades: {total}, en alarma: {alarms}, sin conexión: {offline}</translation>
    </message>
    <message>
        <source>{name}, {host}: {state}, open alarms: {alarms}, worst: {severity}</source>
        <translation>{name}, {host}: {state}, alarmas abiertas: {alarms}, la peor: {severity}</translation>
    </message>
    <message>
        <source>{name}, {host}: {state}</source>
        <translation>{name}, {host}: {state}</translation>
    </message>
</context>
<context>
    <name>DevicesPage</name>
    <message>
        <source>New site</source>
        <translation>Sitio nuevo</translation>
    </message>
    <message>
        <source>Change site</source>
        <translation>Cambiar sitio</translation>
    </message>
</context>
<context>
    <name>FieldEditor</name>
    <message>
        <source>empty: leave as it is</source>
        <translation>vacío: dejar como está</translation>
    </message>
    <message>
        <source>permanent</source>
        <translation>permanente</translation>
    </message>
</context>
<context>
    <name>FirstAdminPage</name>
    <message>
        <source>First administrator</source>
        <translation>Primer administrador</translation>
    </message>
    <message>
        <source>This station has no accounts yet. Make the first one: it may do everything and creates the others. Keep the password well; nobody can read it back.</source>
        <translation>Esta estación aún no tiene cuentas. Cree la primera: puede hacerlo todo y crea las demás. Guarde bien la contraseña; nadie puede volver a leerla.</translation>
    </message>
    <message>
        <source>Name to log in with</source>
        <translation>Nombre de usuario</translation>
    </message>
    <message>
        <source>Full name (may stay empty)</source>
        <translation>Nombre completo (puede quedar vacío)</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Password again</source>
        <translation>Contraseña otra vez</translation>
    </message>
    <message>
        <source>Create and log in</source>
        <translation>Crear y entrar</translation>
    </message>
    <message>
        <source>Give a name to log in with.</source>
        <translation>Escriba un nombre de usuario.</translation>
    </message>
    <message>
        <source>The password needs at least {count} characters.</source>
        <translation>La contraseña necesita al menos {count} caracteres.</translation>
    </message>
    <message>
        <source>The two passwords are not the same.</source>
        <translation>Las dos contraseñas no son iguales.</translation>
    </message>
</context>
<context>
    <name>IoLamps</name>
    <message>
        <source>On: {names}</source>
        <translation>Encendidas: {names}</translation>
    </message>
</context>
<context>
    <name>Ledger</name>
    <message>
        <source>+ {time}</source>
        <translation>+ {time}</translation>
    </message>
    <message>
        <source>Unit&apos;s clock</source>
        <translation>Reloj de la unidad</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>Recibida</translation>
    </message>
    <message>
        <source>Decided</source>
        <translation>Decidida</translation>
    </message>
    <message>
        <source>Seen on screen</source>
        <translation>Vista en pantalla</translation>
    </message>
    <message>
        <source>Heard</source>
        <translation>Oída</translation>
    </message>
    <message>
        <source>Stored</source>
        <translation>Guardada</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>Tomada</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>Reconocida</translation>
    </message>
</context>
<context>
    <name>LoginPage</name>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Password</source>
        <translation>Contraseña</translation>
    </message>
    <message>
        <source>Start shift</source>
        <translation>Empezar turno</translation>
    </message>
    <message>
        <source>Log in to see and handle alarms.</source>
        <translation>Entre para ver y atender alarmas.</translation>
    </message>
    <message>
        <source>This is a demonstration with a simulated site. Log in as guard, technician or admin; the password of each is written in the window where it was started.</source>
        <translation>Esto es una demostración con un sitio simulado. Entre como guard, technician o admin; la contraseña de cada uno está escrita en la ventana desde la que se inició.</translation>
    </message>
</context>
<context>
    <name>LostBanner</name>
    <message>
        <source>NO CONNECTION TO THE SERVICE</source>
        <translation>SIN CONEXIÓN CON EL SERVICIO</translation>
    </message>
    <message>
        <source>THE SERVICE REFUSES THIS CONSOLE</source>
        <translation>EL SERVICIO RECHAZA ESTA CONSOLA</translation>
    </message>
    <message>
        <source>For {time} no new alarm can be shown; everything below is old. The console tries to reach the service by itself.</source>
        <translation>Desde hace {time} no se puede mostrar ninguna alarma nueva; todo lo de abajo es antiguo. La consola intenta por sí sola volver a conectar.</translation>
    </message>
    <message>
        <source>Mute for {seconds} s</source>
        <translation>Silenciar {seconds} s</translation>
    </message>
    <message>
        <source>Muted, {left} left</source>
        <translation>Silenciado, quedan {left}</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>{page} ({keys})</source>
        <translation>{page} ({keys})</translation>
    </message>
</context>
<context>
    <name>NoteEntry</name>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>Acknowledge  ⏎</source>
        <translation>Reconocer  ⏎</translation>
    </message>
    <message>
        <source>Back  Esc</source>
        <translation>Volver  Esc</translation>
    </message>
    <message>
        <source>What happened? A critical alarm needs a note.</source>
        <translation>¿Qué ha pasado? Una alarma crítica necesita una nota.</translation>
    </message>
    <message>
        <source>Note (may stay empty)</source>
        <translation>Nota (puede quedar vacía)</translation>
    </message>
    <message>
        <source>for example: false press, talked to reception</source>
        <translation>por ejemplo: pulsación por error, hablado con recepción</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Alarms</source>
        <translation>Alarmas</translation>
    </message>
    <message>
        <source>Devices</source>
        <translation>Unidades</translation>
    </message>
    <message>
        <source>Commands</source>
        <translation>Órdenes</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
</context>
<context>
    <name>PermanentBar</name>
    <message>
        <source>and {count} more</source>
        <translation>y {count} más</translation>
    </message>
    <message>
        <source>{output} of {unit} was switched on permanently at {time}.</source>
        <translation>{output} de {unit} se encendió de forma permanente a las {time}.</translation>
    </message>
    <message>
        <source>OFF</source>
        <translation>APAGAR</translation>
    </message>
    <message>
        <source>Switch off {output} of {unit}</source>
        <translation>Apagar {output} de {unit}</translation>
    </message>
</context>
<context>
    <name>PriorityCount</name>
    <message>
        <source>{count} new</source>
        <translation>{count} sin ver</translation>
    </message>
    <message>
        <source>{priority}: {open} open, {waiting} of them not acknowledged</source>
        <translation>{priority}: {open} abiertas, {waiting} sin reconocer</translation>
    </message>
</context>
<context>
    <name>ProblemWindow</name>
    <message>
        <source>The alarm station cannot start</source>
        <translation>La estación de alarmas no puede arrancar</translation>
    </message>
    <message>
        <source>No alarm is shown on this screen until this is mended and started again.</source>
        <translation>En esta pantalla no se ve ninguna alarma hasta que se corrija y se vuelva a arrancar.</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>This workstation</source>
        <translation>Este puesto</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Sonido</translation>
    </message>
    <message>
        <source>Accounts</source>
        <translation>Cuentas</translation>
    </message>
    <message>
        <source>That of the person or the desktop</source>
        <translation>El de la persona o del escritorio</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>The main one</source>
        <translation>El principal</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Idioma</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Tema</translation>
    </message>
    <message>
        <source>Monitor for alarms</source>
        <translation>Monitor para alarmas</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Volumen</translation>
    </message>
    <message>
        <source>Test tone</source>
        <translation>Tono de prueba</translation>
    </message>
    <message>
        <source>Critical</source>
        <translation>Crítica</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Alta</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Media</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>Baja</translation>
    </message>
    <message>
        <source>It plays on {device}. If you hear nothing, turn the loudspeaker up.</source>
        <translation>Suena en {device}. Si no oye nada, suba el altavoz.</translation>
    </message>
    <message>
        <source>No sound comes out: {problem}</source>
        <translation>No sale ningún sonido: {problem}</translation>
    </message>
</context>
<context>
    <name>SiteEditor</name>
    <message>
        <source>Name of the site</source>
        <translation>Nombre del sitio</translation>
    </message>
    <message>
        <source>– at the top –</source>
        <translation>– en lo más alto –</translation>
    </message>
    <message>
        <source>Part of</source>
        <translation>Parte de</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Volver</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>New site</source>
        <translation>Sitio nuevo</translation>
    </message>
    <message>
        <source>Change this site</source>
        <translation>Cambiar este sitio</translation>
    </message>
    <message>
        <source>A site needs a name.</source>
        <translation>Un sitio necesita un nombre.</translation>
    </message>
</context>
<context>
    <name>StationHealth</name>
    <message>
        <source>Sound was heard on {device}.</source>
        <translation>El sonido se ha oído en {device}.</translation>
    </message>
    <message>
        <source>No sound comes out ({problem}). Alarms are shown but not heard: watch the screen, and connect or switch on a loudspeaker.</source>
        <translation>No sale ningún sonido ({problem}). Las alarmas se ven pero no se oyen: vigile la pantalla y conecte o encienda un altavoz.</translation>
    </message>
    <message>
        <source>Not tried yet.</source>
        <translation>Aún no se ha probado.</translation>
    </message>
    <message>
        <source>The service is not connected.</source>
        <translation>El servicio no está conectado.</translation>
    </message>
    <message>
        <source>Looking for the service.</source>
        <translation>Buscando el servicio.</translation>
    </message>
    <message>
        <source>Not known at the moment.</source>
        <translation>No se sabe en este momento.</translation>
    </message>
    <message>
        <source>The service answers.</source>
        <translation>El servicio responde.</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Alarm path</source>
        <translation>Vía de alarma</translation>
    </message>
    <message>
        <source>Log out</source>
        <translation>Salir</translation>
    </message>
    <message>
        <source>Nobody is logged in</source>
        <translation>Nadie ha entrado</translation>
    </message>
    <message>
        <source>not proven</source>
        <translation>sin comprobar</translation>
    </message>
    <message>
        <source>proven {ago}</source>
        <translation>probada {ago}</translation>
    </message>
</context>
<context>
    <name>TimelineModel</name>
    <message>
        <source>Time</source>
        <translation>Hora</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Sobre</translation>
    </message>
    <message>
        <source>What happened</source>
        <translation>Qué ha pasado</translation>
    </message>
    <message>
        <source>Who, why</source>
        <translation>Quién, por qué</translation>
    </message>
</context>
<context>
    <name>TrafficLog</name>
    <message>
        <source>Time</source>
        <translation>Hora</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>Mensaje</translation>
    </message>
    <message>
        <source>Bytes</source>
        <translation>Bytes</translation>
    </message>
    <message>
        <source>Content, or why it was refused</source>
        <translation>Contenido, o por qué se rechazó</translation>
    </message>
    <message>
        <source>REFUSED, {reason}: {text}</source>
        <translation>RECHAZADO, {reason}: {text}</translation>
    </message>
</context>
<context>
    <name>TrafficMonitor</name>
    <message>
        <source>Hold</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Keep the lines where they are; what comes is not shown</source>
        <translation>Deja las líneas donde están; lo que llega no se muestra</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>Vaciar</translation>
    </message>
    <message>
        <source>Content of the message</source>
        <translation>Contenido del mensaje</translation>
    </message>
    <message>
        <source>Choose a line to see all of it.</source>
        <translation>Elija una línea para verla entera.</translation>
    </message>
    <message>
        <source>Messages of the unit</source>
        <translation>Mensajes de la unidad</translation>
    </message>
    <message>
        <source>Choose a unit on the left to follow its messages.</source>
        <translation>Elija una unidad a la izquierda para seguir sus mensajes.</translation>
    </message>
    <message>
        <source>Messages of {unit} as they come and go, secrets masked</source>
        <translation>Mensajes de {unit} según llegan y salen, con los secretos ocultos</translation>
    </message>
</context>
<context>
    <name>TreeRow</name>
    <message>
        <source>{count} offline</source>
        <translation>{count} sin conexión</translation>
    </message>
    <message>
        <source>offline {time}</source>
        <translation>sin conexión {time}</translation>
    </message>
    <message>
        <source>late {time}</source>
        <translation>con retraso {time}</translation>
    </message>
</context>
<context>
    <name>TrendPlot</name>
    <message>
        <source>Chart</source>
        <translation>Gráfica</translation>
    </message>
    <message>
        <source>CLIMATE</source>
        <translation>CLIMA</translation>
    </message>
    <message>
        <source>Values at the cross-hair</source>
        <translation>Valores en la cruz</translation>
    </message>
    <message>
        <source>{count} h</source>
        <translation>{count} h</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>En directo</translation>
    </message>
    <message>
        <source>Follow the clock; drag or wheel freezes the picture</source>
        <translation>Sigue al reloj; arrastrar o girar la rueda detiene la imagen</translation>
    </message>
    <message>
        <source>{title}: no value</source>
        <translation>{title}: sin valor</translation>
    </message>
    <message>
        <source>{title} {value} {unit}</source>
        <translation>{title} {value} {unit}</translation>
    </message>
</context>
<context>
    <name>UnattendedBanner</name>
    <message>
        <source>Log in to see and handle them.</source>
        <translation>Entre para verlas y atenderlas.</translation>
    </message>
    <message>
        <source>ALARMS WAITING: {count}. The worst is: {priority}</source>
        <translation>ALARMAS EN ESPERA: {count}. La peor es: {priority}</translation>
    </message>
</context>
<context>
    <name>UndoBar</name>
    <message>
        <source>{kind}: acknowledged</source>
        <translation>{kind}: reconocida</translation>
    </message>
    <message>
        <source>Undo ({left})</source>
        <translation>Deshacer ({left})</translation>
    </message>
</context>
<context>
    <name>UnheardBanner</name>
    <message>
        <source>I have read this</source>
        <translation>Lo he leído</translation>
    </message>
    <message>
        <source>Nobody was listening from {start} to {end} ({time}). Alarms of that time are shown only if their units or the broker kept them. If in doubt, call the places.</source>
        <translation>Nadie escuchó desde {start} hasta {end} ({time}). Las alarmas de ese tiempo solo aparecen si las guardaron sus unidades o el bróker. En caso de duda, llame a los lugares.</translation>
    </message>
</context>
<context>
    <name>UnitChart</name>
    <message>
        <source>Temperature</source>
        <translation>Temperatura</translation>
    </message>
    <message>
        <source>Humidity</source>
        <translation>Humedad</translation>
    </message>
    <message>
        <source>Fan</source>
        <translation>Ventilador</translation>
    </message>
    <message>
        <source>There is no database yet: only live values are drawn.</source>
        <translation>Aún no hay base de datos: solo se dibujan valores en directo.</translation>
    </message>
    <message>
        <source>History cannot be read now: only live values are drawn.</source>
        <translation>El historial no se puede leer ahora: solo se dibujan valores en directo.</translation>
    </message>
</context>
<context>
    <name>UnitDetail</name>
    <message>
        <source>TEMPERATURE</source>
        <translation>TEMPERATURA</translation>
    </message>
    <message>
        <source>HUMIDITY</source>
        <translation>HUMEDAD</translation>
    </message>
    <message>
        <source>FAN</source>
        <translation>VENTILADOR</translation>
    </message>
    <message>
        <source>TIMELINE</source>
        <translation>CRONOLOGÍA</translation>
    </message>
    <message>
        <source>INPUTS AND OUTPUTS</source>
        <translation>ENTRADAS Y SALIDAS</translation>
    </message>
    <message>
        <source>UNIT</source>
        <translation>UNIDAD</translation>
    </message>
</context>
<context>
    <name>UnitEditor</name>
    <message>
        <source>– no site –</source>
        <translation>– sin sitio –</translation>
    </message>
    <message>
        <source>64 hex digits; empty keeps the present key</source>
        <translation>64 cifras hexadecimales; vacío conserva la clave actual</translation>
    </message>
    <message>
        <source>Enrol {host}</source>
        <translation>Registrar {host}</translation>
    </message>
    <message>
        <source>Change {host}</source>
        <translation>Cambiar {host}</translation>
    </message>
    <message>
        <source>Enrol</source>
        <translation>Registrar</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>Sitio</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>Nota</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Clave nueva</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>Volver</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>Borrar…</translation>
    </message>
    <message>
        <source>Delete for good</source>
        <translation>Borrar para siempre</translation>
    </message>
    <message>
        <source>Retire, keep its history</source>
        <translation>Retirar y conservar su historial</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Conservarla</translation>
    </message>
    <message>
        <source>A key has 64 hex digits; this one has {count}.</source>
        <translation>Una clave tiene 64 cifras hexadecimales; esta tiene {count}.</translation>
    </message>
    <message>
        <source>Shall {unit} go? Nobody is warned from there any more. A unit with history can only be retired.</source>
        <translation>¿Quitar {unit}? Ya no se avisará a nadie desde allí. Una unidad con historial solo se puede retirar.</translation>
    </message>
    <message>
        <source>Retire it instead? Its history stays readable.</source>
        <translation>¿Retirarla en su lugar? Su historial se puede seguir leyendo.</translation>
    </message>
</context>
<context>
    <name>UnitFacts</name>
    <message>
        <source>MAC</source>
        <translation>MAC</translation>
    </message>
    <message>
        <source>stored {stored} of {received} samples, {saved} % saved</source>
        <translation>guardadas {stored} de {received} muestras, {saved} % ahorrado</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red</translation>
    </message>
    <message>
        <source>Ethernet cable</source>
        <translation>Cable Ethernet</translation>
    </message>
    <message>
        <source>none</source>
        <translation>ninguna</translation>
    </message>
    <message>
        <source>WiFi</source>
        <translation>WiFi</translation>
    </message>
    <message>
        <source>WiFi {dbm} dBm, {quality}</source>
        <translation>WiFi {dbm} dBm, {quality}</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>Dirección</translation>
    </message>
    <message>
        <source>{version}, with receipts</source>
        <translation>{version}, con recibos</translation>
    </message>
    <message>
        <source>This unit repeats an alarm until the station has it safe.</source>
        <translation>Esta unidad repite una alarma hasta que la estación la tiene a salvo.</translation>
    </message>
    <message>
        <source>This unit sends an alarm once and is not told whether it arrived.</source>
        <translation>Esta unidad envía una alarma una sola vez y no sabe si ha llegado.</translation>
    </message>
    <message>
        <source>Firmware</source>
        <translation>Firmware</translation>
    </message>
    <message>
        <source>Faults</source>
        <translation>Fallos</translation>
    </message>
    <message>
        <source>What the unit reports of itself</source>
        <translation>Lo que la unidad dice de sí misma</translation>
    </message>
    <message>
        <source>Unit says</source>
        <translation>La unidad dice</translation>
    </message>
    <message>
        <source>Running for</source>
        <translation>En marcha desde hace</translation>
    </message>
    <message>
        <source>{time}, start {count}</source>
        <translation>{time}, arranque {count}</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Reloj</translation>
    </message>
    <message>
        <source>not set</source>
        <translation>sin ajustar</translation>
    </message>
    <message>
        <source>Send set-time, or check its time server.</source>
        <translation>Envíe set-time o revise su servidor de hora.</translation>
    </message>
    <message>
        <source>set</source>
        <translation>ajustado</translation>
    </message>
    <message>
        <source>right</source>
        <translation>en hora</translation>
    </message>
    <message>
        <source>{time} fast</source>
        <translation>{time} adelantado</translation>
    </message>
    <message>
        <source>{time} slow</source>
        <translation>{time} atrasado</translation>
    </message>
    <message>
        <source>A sample is stored when it says something new; the chart stays exact.</source>
        <translation>Una muestra se guarda cuando dice algo nuevo; la gráfica sigue siendo exacta.</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Historial</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Clave</translation>
    </message>
    <message>
        <source>Without a key nobody can tell whether its messages are real.</source>
        <translation>Sin clave nadie puede saber si sus mensajes son auténticos.</translation>
    </message>
    <message>
        <source>{fingerprint}, WEAK: {reason}</source>
        <translation>{fingerprint}, DÉBIL: {reason}</translation>
    </message>
    <message>
        <source>Give the unit a new key over its serial port.</source>
        <translation>Dé a la unidad una clave nueva por su puerto serie.</translation>
    </message>
    <message>
        <source>First bytes of the key&apos;s SHA-256</source>
        <translation>Primeros bytes del SHA-256 de la clave</translation>
    </message>
    <message>
        <source>Messages that were not accepted; watch its traffic on the commands page.</source>
        <translation>Mensajes que no se aceptaron; observe su tráfico en la página de órdenes.</translation>
    </message>
    <message>
        <source>Refused</source>
        <translation>Rechazados</translation>
    </message>
    <message>
        <source>{number}, told to the unit</source>
        <translation>{number}, comunicado a la unidad</translation>
    </message>
    <message>
        <source>{number}, not yet told</source>
        <translation>{number}, aún sin comunicar</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>Número</translation>
    </message>
</context>
<context>
    <name>UnitHeader</name>
    <message>
        <source>Send a command</source>
        <translation>Enviar una orden</translation>
    </message>
    <message>
        <source>Enrol this unit</source>
        <translation>Registrar esta unidad</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>Editar</translation>
    </message>
    <message>
        <source>Not connected to the service: everything here is old.</source>
        <translation>Sin conexión con el servicio: todo lo de aquí es antiguo.</translation>
    </message>
    <message>
        <source>Open alarms: {count}, worst: {severity}</source>
        <translation>Alarmas abiertas: {count}, la peor: {severity}</translation>
    </message>
    <message>
        <source>Offline: last heard {ago}. It cannot warn anybody.</source>
        <translation>Sin conexión: oída por última vez {ago}. No puede avisar a nadie.</translation>
    </message>
    <message>
        <source>Never heard.</source>
        <translation>Nunca oída.</translation>
    </message>
    <message>
        <source>Late: last heard {ago}.</source>
        <translation>Con retraso: oída por última vez {ago}.</translation>
    </message>
    <message>
        <source>Online, heard {ago}.</source>
        <translation>En línea, oída {ago}.</translation>
    </message>
    <message>
        <source>{alarms}. {presence}</source>
        <translation>{alarms}. {presence}</translation>
    </message>
</context>
<context>
    <name>UnitTimeline</name>
    <message>
        <source>Timeline</source>
        <translation>Cronología</translation>
    </message>
</context>
<context>
    <name>UnitsSummary</name>
    <message>
        <source>Send a command to all of them</source>
        <translation>Enviar una orden a todas</translation>
    </message>
    <message>
        <source>No units yet</source>
        <translation>Todavía no hay unidades</translation>
    </message>
    <message>
        <source>1. Give a unit the address and the base topic of this station&apos;s broker.
2. Switch it on: it appears on the left by itself, as not enrolled.
3. A technician chooses it there and gives it a name, a site and its key.</source>
        <translation>1. Dé a una unidad la dirección y el tema base del bróker de esta estación.
2. Enciéndala: aparece a la izquierda por sí sola, como no registrada.
3. Un técnico la elige allí y le da un nombre, un sitio y su clave.</translation>
    </message>
    <message>
        <source>No unit chosen</source>
        <translation>Ninguna unidad elegida</translation>
    </message>
    <message>
        <source>Choose a unit on the left to see how it is. With Ctrl or Shift you choose several, with a site all of its units.</source>
        <translation>Elija una unidad a la izquierda para ver cómo está. Con Ctrl o Mayús elige varias; con un sitio, todas sus unidades.</translation>
    </message>
    <message>
        <source>{count} units chosen</source>
        <translation>{count} unidades elegidas</translation>
    </message>
    <message>
        <source>{online} online, {late} late, {offline} offline, {alarms} in alarm</source>
        <translation>{online} en línea, {late} con retraso, {offline} sin conexión, {alarms} en alarma</translation>
    </message>
</context>
<context>
    <name>WaitingPage</name>
    <message>
        <source>Connecting to the service</source>
        <translation>Conectando con el servicio</translation>
    </message>
    <message>
        <source>The station is starting. This takes a few seconds.</source>
        <translation>La estación se está iniciando. Tarda unos segundos.</translation>
    </message>
    <message>
        <source>{part}: {sentence}</source>
        <translation>{part}: {sentence}</translation>
    </message>
</context>
<context>
    <name>commands</name>
    <message>
        <source>Siren</source>
        <translation>Sirena</translation>
    </message>
    <message>
        <source>Turret light</source>
        <translation>Luz giratoria</translation>
    </message>
    <message>
        <source>Relay 1</source>
        <translation>Relé 1</translation>
    </message>
    <message>
        <source>Relay 2</source>
        <translation>Relé 2</translation>
    </message>
    <message>
        <source>All outputs</source>
        <translation>Todas las salidas</translation>
    </message>
    <message>
        <source>Fan</source>
        <translation>Ventilador</translation>
    </message>
    <message>
        <source>Get status</source>
        <translation>Pedir estado</translation>
    </message>
    <message>
        <source>Set clock</source>
        <translation>Poner en hora</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>Reiniciar</translation>
    </message>
    <message>
        <source>Clear counters</source>
        <translation>Borrar contadores</translation>
    </message>
    <message>
        <source>Write unit settings</source>
        <translation>Escribir ajustes de la unidad</translation>
    </message>
    <message>
        <source>Write location</source>
        <translation>Escribir ubicación</translation>
    </message>
    <message>
        <source>Read unit settings</source>
        <translation>Leer ajustes de la unidad</translation>
    </message>
    <message>
        <source>Read location</source>
        <translation>Leer ubicación</translation>
    </message>
    <message>
        <source>Read WiFi settings</source>
        <translation>Leer ajustes de WiFi</translation>
    </message>
    <message>
        <source>Read broker settings</source>
        <translation>Leer ajustes del bróker</translation>
    </message>
    <message>
        <source>Read time settings</source>
        <translation>Leer ajustes de hora</translation>
    </message>
    <message>
        <source>Read Bluetooth settings</source>
        <translation>Leer ajustes de Bluetooth</translation>
    </message>
    <message>
        <source>Read all settings</source>
        <translation>Leer todos los ajustes</translation>
    </message>
    <message>
        <source>Self-test</source>
        <translation>Autoprueba</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memoria</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red</translation>
    </message>
    <message>
        <source>Sensor</source>
        <translation>Sensor</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>Inputs and outputs</source>
        <translation>Entradas y salidas</translation>
    </message>
    <message>
        <source>OUTPUTS</source>
        <translation>SALIDAS</translation>
    </message>
    <message>
        <source>SYSTEM</source>
        <translation>SISTEMA</translation>
    </message>
    <message>
        <source>SETTINGS</source>
        <translation>AJUSTES</translation>
    </message>
    <message>
        <source>READ SETTINGS</source>
        <translation>LEER AJUSTES</translation>
    </message>
    <message>
        <source>DIAGNOSTICS</source>
        <translation>DIAGNÓSTICO</translation>
    </message>
    <message>
        <source>Asks the unit for its full status.</source>
        <translation>Pide a la unidad su estado completo.</translation>
    </message>
    <message>
        <source>Sets the unit&apos;s clock to the station&apos;s time.</source>
        <translation>Pone el reloj de la unidad a la hora de la estación.</translation>
    </message>
    <message>
        <source>Restarts the unit; it watches nothing until it is back.</source>
        <translation>Reinicia la unidad; no vigila nada hasta que vuelve.</translation>
    </message>
    <message>
        <source>Sets every activation counter of the unit to zero; the old counts are lost there.</source>
        <translation>Pone a cero todos los contadores de activación de la unidad; allí se pierden los valores antiguos.</translation>
    </message>
    <message>
        <source>Writes the unit&apos;s id and heartbeat interval and reads them back.</source>
        <translation>Escribe el número de la unidad y el intervalo de latido y los vuelve a leer.</translation>
    </message>
    <message>
        <source>Writes where the unit is and reads it back.</source>
        <translation>Escribe dónde está la unidad y lo vuelve a leer.</translation>
    </message>
    <message>
        <source>Reads host name, id and heartbeat interval.</source>
        <translation>Lee nombre de host, número e intervalo de latido.</translation>
    </message>
    <message>
        <source>Reads country, zone and coordinates.</source>
        <translation>Lee país, zona y coordenadas.</translation>
    </message>
    <message>
        <source>Reads the WiFi settings; the password stays masked.</source>
        <translation>Lee los ajustes de WiFi; la contraseña queda oculta.</translation>
    </message>
    <message>
        <source>Reads the broker settings; the password stays masked.</source>
        <translation>Lee los ajustes del bróker; la contraseña queda oculta.</translation>
    </message>
    <message>
        <source>Reads time servers and time zone.</source>
        <translation>Lee servidores de hora y zona horaria.</translation>
    </message>
    <message>
        <source>Reads the Bluetooth settings; keys stay masked.</source>
        <translation>Lee los ajustes de Bluetooth; las claves quedan ocultas.</translation>
    </message>
    <message>
        <source>Reads a short form of every setting.</source>
        <translation>Lee una forma breve de todos los ajustes.</translation>
    </message>
    <message>
        <source>Lets the unit test itself.</source>
        <translation>Hace que la unidad se pruebe a sí misma.</translation>
    </message>
    <message>
        <source>Reads free and lowest free memory.</source>
        <translation>Lee la memoria libre y la mínima libre.</translation>
    </message>
    <message>
        <source>Reads addresses, channel and signal.</source>
        <translation>Lee direcciones, canal y señal.</translation>
    </message>
    <message>
        <source>Reads the climate sensor at once.</source>
        <translation>Lee el sensor de clima en el acto.</translation>
    </message>
    <message>
        <source>Reads the last lines of the unit&apos;s log.</source>
        <translation>Lee las últimas líneas del registro de la unidad.</translation>
    </message>
    <message>
        <source>Reads every input and output (newer units).</source>
        <translation>Lee todas las entradas y salidas (unidades nuevas).</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>Patrón</translation>
    </message>
    <message>
        <source>Duration</source>
        <translation>Duración</translation>
    </message>
    <message>
        <source>Periods</source>
        <translation>Periodos</translation>
    </message>
    <message>
        <source>On for</source>
        <translation>Encendido</translation>
    </message>
    <message>
        <source>Off for</source>
        <translation>Apagado</translation>
    </message>
    <message>
        <source>Repeat after</source>
        <translation>Repetir tras</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>Velocidad</translation>
    </message>
    <message>
        <source>Wait first</source>
        <translation>Esperar antes</translation>
    </message>
    <message>
        <source>Heartbeat every</source>
        <translation>Latido cada</translation>
    </message>
    <message>
        <source>Country</source>
        <translation>País</translation>
    </message>
    <message>
        <source>Zone</source>
        <translation>Zona</translation>
    </message>
    <message>
        <source>Latitude</source>
        <translation>Latitud</translation>
    </message>
    <message>
        <source>Longitude</source>
        <translation>Longitud</translation>
    </message>
    <message>
        <source>Tests</source>
        <translation>Pruebas</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>Líneas</translation>
    </message>
    <message>
        <source>How the output is driven; off ends any pattern.</source>
        <translation>Cómo se acciona la salida; apagado termina cualquier patrón.</translation>
    </message>
    <message>
        <source>How long it runs; 0 is permanent, until somebody switches it off.</source>
        <translation>Cuánto dura; 0 es permanente, hasta que alguien la apague.</translation>
    </message>
    <message>
        <source>Full periods before it rests; 0 goes on until the duration ends.</source>
        <translation>Periodos completos antes de descansar; 0 sigue hasta el final de la duración.</translation>
    </message>
    <message>
        <source>Length of each pulse.</source>
        <translation>Duración de cada pulso.</translation>
    </message>
    <message>
        <source>Rest after each pulse.</source>
        <translation>Descanso tras cada pulso.</translation>
    </message>
    <message>
        <source>Rest before the counted periods start again; 0 ends after them.</source>
        <translation>Descanso antes de que los periodos contados empiecen otra vez; 0 termina tras ellos.</translation>
    </message>
    <message>
        <source>Speed; 0 stops the fan.</source>
        <translation>Velocidad; 0 para el ventilador.</translation>
    </message>
    <message>
        <source>Wait before the restart.</source>
        <translation>Espera antes del reinicio.</translation>
    </message>
    <message>
        <source>Time between two heartbeats; a lost unit is noticed after about three.</source>
        <translation>Tiempo entre dos latidos; una unidad perdida se nota tras unos tres.</translation>
    </message>
    <message>
        <source>Two letters, such as ES.</source>
        <translation>Dos letras, como ES.</translation>
    </message>
    <message>
        <source>Zone number.</source>
        <translation>Número de zona.</translation>
    </message>
    <message>
        <source>Degrees, north positive.</source>
        <translation>Grados, norte positivo.</translation>
    </message>
    <message>
        <source>Degrees, east positive.</source>
        <translation>Grados, este positivo.</translation>
    </message>
    <message>
        <source>Sum of: 1 memory, 2 WiFi, 4 MQTT, 8 sensor, 16 inputs and outputs, 32 flash, 64 clock.</source>
        <translation>Suma de: 1 memoria, 2 WiFi, 4 MQTT, 8 sensor, 16 entradas y salidas, 32 flash, 64 reloj.</translation>
    </message>
    <message>
        <source>How many lines, newest last.</source>
        <translation>Cuántas líneas, la más nueva al final.</translation>
    </message>
    <message>
        <source>steady on</source>
        <translation>encendido fijo</translation>
    </message>
    <message>
        <source>pulses</source>
        <translation>pulsos</translation>
    </message>
    <message>
        <source>slow blinking</source>
        <translation>parpadeo lento</translation>
    </message>
    <message>
        <source>fast blinking</source>
        <translation>parpadeo rápido</translation>
    </message>
    <message>
        <source>double pulses</source>
        <translation>pulsos dobles</translation>
    </message>
    <message>
        <source>triple pulses</source>
        <translation>pulsos triples</translation>
    </message>
    <message>
        <source>SOS</source>
        <translation>SOS</translation>
    </message>
    <message>
        <source>strobe flashes</source>
        <translation>destellos</translation>
    </message>
    <message>
        <source>off</source>
        <translation>apagado</translation>
    </message>
    <message>
        <source>PENDING</source>
        <translation>PENDIENTE</translation>
    </message>
    <message>
        <source>SENT</source>
        <translation>ENVIADA</translation>
    </message>
    <message>
        <source>ACCEPTED</source>
        <translation>ACEPTADA</translation>
    </message>
    <message>
        <source>EXECUTED</source>
        <translation>EJECUTADA</translation>
    </message>
    <message>
        <source>OBSERVED</source>
        <translation>OBSERVADA</translation>
    </message>
    <message>
        <source>FAILED</source>
        <translation>FALLIDA</translation>
    </message>
    <message>
        <source>NO ANSWER</source>
        <translation>SIN RESPUESTA</translation>
    </message>
    <message>
        <source>CANCELLED</source>
        <translation>CANCELADA</translation>
    </message>
    <message>
        <source>EXPIRED</source>
        <translation>CADUCADA</translation>
    </message>
    <message>
        <source>Written down, not sent yet.</source>
        <translation>Anotada, aún sin enviar.</translation>
    </message>
    <message>
        <source>The broker has it; whether the unit has it is not known.</source>
        <translation>La tiene el bróker; no se sabe si la tiene la unidad.</translation>
    </message>
    <message>
        <source>The unit accepted it.</source>
        <translation>La unidad la ha aceptado.</translation>
    </message>
    <message>
        <source>The unit says that it is done.</source>
        <translation>La unidad dice que está hecha.</translation>
    </message>
    <message>
        <source>The unit&apos;s own messages prove it.</source>
        <translation>Los propios mensajes de la unidad lo prueban.</translation>
    </message>
    <message>
        <source>The unit refused it or could not do it.</source>
        <translation>La unidad la rechazó o no pudo cumplirla.</translation>
    </message>
    <message>
        <source>The unit did not answer in time; it may have done it all the same.</source>
        <translation>La unidad no respondió a tiempo; puede que la haya cumplido de todos modos.</translation>
    </message>
    <message>
        <source>Taken back before it was sent.</source>
        <translation>Retirada antes de enviarse.</translation>
    </message>
    <message>
        <source>Its time was over before it was sent.</source>
        <translation>Se le acabó el tiempo antes de enviarse.</translation>
    </message>
    <message>
        <source>yes or no</source>
        <translation>sí o no</translation>
    </message>
    <message>
        <source>{count} letters</source>
        <translation>{count} letras</translation>
    </message>
    <message>
        <source>{low} to {high} characters</source>
        <translation>de {low} a {high} caracteres</translation>
    </message>
    <message>
        <source>{low} to {high} {unit}</source>
        <translation>de {low} a {high} {unit}</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>de {low} a {high}</translation>
    </message>
    <message>
        <source>{output}: off, whatever it is doing.</source>
        <translation>{output}: apagar, haga lo que haga.</translation>
    </message>
    <message>
        <source>{output}: {pattern} PERMANENTLY, until somebody switches it off.</source>
        <translation>{output}: {pattern} de forma PERMANENTE, hasta que alguien la apague.</translation>
    </message>
    <message>
        <source>{output}: {pattern} for {time}, then off.</source>
        <translation>{output}: {pattern} durante {time}, después apagada.</translation>
    </message>
    <message>
        <source>The fan stops.</source>
        <translation>El ventilador se para.</translation>
    </message>
    <message>
        <source>The fan runs at {percent} % PERMANENTLY, until somebody stops it.</source>
        <translation>El ventilador gira al {percent} % de forma PERMANENTE, hasta que alguien lo pare.</translation>
    </message>
    <message>
        <source>The fan runs at {percent} % for {time}, then stops.</source>
        <translation>El ventilador gira al {percent} % durante {time} y después se para.</translation>
    </message>
</context>
<context>
    <name>device</name>
    <message>
        <source>starting</source>
        <translation>iniciando</translation>
    </message>
    <message>
        <source>initialising</source>
        <translation>inicializando</translation>
    </message>
    <message>
        <source>connecting</source>
        <translation>conectando</translation>
    </message>
    <message>
        <source>normal</source>
        <translation>normal</translation>
    </message>
    <message>
        <source>alarm</source>
        <translation>alarma</translation>
    </message>
    <message>
        <source>maintenance</source>
        <translation>mantenimiento</translation>
    </message>
    <message>
        <source>error</source>
        <translation>error</translation>
    </message>
    <message>
        <source>critical error</source>
        <translation>error crítico</translation>
    </message>
    <message>
        <source>no reading</source>
        <translation>sin lectura</translation>
    </message>
    <message>
        <source>impossible value</source>
        <translation>valor imposible</translation>
    </message>
    <message>
        <source>has not moved</source>
        <translation>no se ha movido</translation>
    </message>
    <message>
        <source>sensor fault</source>
        <translation>fallo del sensor</translation>
    </message>
    <message>
        <source>clock not trusted</source>
        <translation>reloj no fiable</translation>
    </message>
    <message>
        <source>unit offline</source>
        <translation>unidad sin conexión</translation>
    </message>
    <message>
        <source>Not enrolled</source>
        <translation>Sin registrar</translation>
    </message>
    <message>
        <source>Enrolled</source>
        <translation>Registrada</translation>
    </message>
    <message>
        <source>Retired</source>
        <translation>Retirada</translation>
    </message>
    <message>
        <source>not a message of ours</source>
        <translation>no es un mensaje nuestro</translation>
    </message>
    <message>
        <source>not signed</source>
        <translation>sin firmar</translation>
    </message>
    <message>
        <source>signed with another key</source>
        <translation>firmado con otra clave</translation>
    </message>
    <message>
        <source>content cannot be read</source>
        <translation>contenido ilegible</translation>
    </message>
    <message>
        <source>sent before (replay)</source>
        <translation>ya enviado antes (repetición)</translation>
    </message>
    <message>
        <source>received twice</source>
        <translation>recibido dos veces</translation>
    </message>
    <message>
        <source>claims to be another unit</source>
        <translation>se hace pasar por otra unidad</translation>
    </message>
    <message>
        <source>unit not registered</source>
        <translation>unidad sin registrar</translation>
    </message>
    <message>
        <source>old message kept by the broker</source>
        <translation>mensaje antiguo retenido por el bróker</translation>
    </message>
    <message>
        <source>command of another sender</source>
        <translation>orden de otro remitente</translation>
    </message>
    <message>
        <source>Alarm</source>
        <translation>Alarma</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>Conexión</translation>
    </message>
    <message>
        <source>Command</source>
        <translation>Orden</translation>
    </message>
    <message>
        <source>Output</source>
        <translation>Salida</translation>
    </message>
    <message>
        <source>{what}: raised</source>
        <translation>{what}: activada</translation>
    </message>
    <message>
        <source>{what}: raised again</source>
        <translation>{what}: activada otra vez</translation>
    </message>
    <message>
        <source>{what}: returned to normal</source>
        <translation>{what}: vuelta a la normalidad</translation>
    </message>
    <message>
        <source>{what}: acknowledged</source>
        <translation>{what}: reconocida</translation>
    </message>
    <message>
        <source>{what}: acknowledgment taken back</source>
        <translation>{what}: reconocimiento retirado</translation>
    </message>
    <message>
        <source>{what}: taken</source>
        <translation>{what}: tomada</translation>
    </message>
    <message>
        <source>{what}: given back</source>
        <translation>{what}: devuelta</translation>
    </message>
    <message>
        <source>{what}: silenced</source>
        <translation>{what}: silenciada</translation>
    </message>
    <message>
        <source>{what}: note</source>
        <translation>{what}: nota</translation>
    </message>
    <message>
        <source>{what}: escalated</source>
        <translation>{what}: escalada</translation>
    </message>
    <message>
        <source>{what}: verified</source>
        <translation>{what}: verificada</translation>
    </message>
    <message>
        <source>{what}: closed</source>
        <translation>{what}: cerrada</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Conectada</translation>
    </message>
    <message>
        <source>Disconnected</source>
        <translation>Desconectada</translation>
    </message>
    <message>
        <source>{what}: on</source>
        <translation>{what}: encendida</translation>
    </message>
    <message>
        <source>{what}: off</source>
        <translation>{what}: apagada</translation>
    </message>
    <message>
        <source>{what}: waiting</source>
        <translation>{what}: en espera</translation>
    </message>
    <message>
        <source>{what}: sent</source>
        <translation>{what}: enviada</translation>
    </message>
    <message>
        <source>{what}: accepted</source>
        <translation>{what}: aceptada</translation>
    </message>
    <message>
        <source>{what}: executed</source>
        <translation>{what}: ejecutada</translation>
    </message>
    <message>
        <source>{what}: observed</source>
        <translation>{what}: observada</translation>
    </message>
    <message>
        <source>{what}: failed</source>
        <translation>{what}: fallida</translation>
    </message>
    <message>
        <source>{what}: no answer</source>
        <translation>{what}: sin respuesta</translation>
    </message>
    <message>
        <source>{what}: cancelled</source>
        <translation>{what}: cancelada</translation>
    </message>
    <message>
        <source>{what}: expired</source>
        <translation>{what}: caducada</translation>
    </message>
    <message>
        <source>All outputs</source>
        <translation>Todas las salidas</translation>
    </message>
    <message>
        <source>sensor</source>
        <translation>sensor</translation>
    </message>
    <message>
        <source>settings memory</source>
        <translation>memoria de ajustes</translation>
    </message>
    <message>
        <source>alarm memory</source>
        <translation>memoria de alarmas</translation>
    </message>
    <message>
        <source>time not synchronised</source>
        <translation>hora sin sincronizar</translation>
    </message>
    <message>
        <source>TLS certificate</source>
        <translation>certificado TLS</translation>
    </message>
    <message>
        <source>key missing or weak</source>
        <translation>clave ausente o débil</translation>
    </message>
    <message>
        <source>alarm memory over 75 % full</source>
        <translation>memoria de alarmas a más del 75 %</translation>
    </message>
    <message>
        <source>last restart by brown-out or watchdog</source>
        <translation>último reinicio por caída de tensión o watchdog</translation>
    </message>
    <message>
        <source>strong</source>
        <translation>fuerte</translation>
    </message>
    <message>
        <source>good</source>
        <translation>buena</translation>
    </message>
    <message>
        <source>weak</source>
        <translation>débil</translation>
    </message>
    <message>
        <source>very weak</source>
        <translation>muy débil</translation>
    </message>
    <message>
        <source>all zeros</source>
        <translation>todo ceros</translation>
    </message>
    <message>
        <source>repeats itself</source>
        <translation>se repite</translation>
    </message>
    <message>
        <source>counts up or down</source>
        <translation>cuenta hacia arriba o hacia abajo</translation>
    </message>
    <message>
        <source>too few different bytes</source>
        <translation>muy pocos bytes distintos</translation>
    </message>
    <message>
        <source>plain text</source>
        <translation>texto legible</translation>
    </message>
    <message>
        <source>used by several units</source>
        <translation>la usan varias unidades</translation>
    </message>
</context>
<context>
    <name>sentences</name>
    <message>
        <source>You may not see this device.</source>
        <translation>No puede ver esta unidad.</translation>
    </message>
    <message>
        <source>{operator} may not do this here: {action}.</source>
        <translation>{operator} no puede hacer esto aquí: {action}.</translation>
    </message>
    <message>
        <source>There is an administrator already; log in.</source>
        <translation>Ya hay un administrador; entre.</translation>
    </message>
    <message>
        <source>The last administrator must stay active.</source>
        <translation>El último administrador debe seguir activo.</translation>
    </message>
    <message>
        <source>A name has 1 to 60 characters without spaces around it.</source>
        <translation>Un nombre tiene de 1 a 60 caracteres, sin espacios alrededor.</translation>
    </message>
    <message>
        <source>A new account needs a password.</source>
        <translation>Una cuenta nueva necesita una contraseña.</translation>
    </message>
    <message>
        <source>A password has at least {count} characters.</source>
        <translation>Una contraseña tiene al menos {count} caracteres.</translation>
    </message>
    <message>
        <source>{role} is not a role; choose one of: {allowed}.</source>
        <translation>{role} no es una función; elija una de: {allowed}.</translation>
    </message>
    <message>
        <source>{operator} has already taken this alarm.</source>
        <translation>{operator} ya ha tomado esta alarma.</translation>
    </message>
    <message>
        <source>This alarm is already closed.</source>
        <translation>Esta alarma ya está cerrada.</translation>
    </message>
    <message>
        <source>This alarm is not acknowledged.</source>
        <translation>Esta alarma no está reconocida.</translation>
    </message>
    <message>
        <source>This alarm is not sounding.</source>
        <translation>Esta alarma no está sonando.</translation>
    </message>
    <message>
        <source>The note is empty.</source>
        <translation>La nota está vacía.</translation>
    </message>
    <message>
        <source>A critical alarm needs a note to be acknowledged.</source>
        <translation>Para reconocer una alarma crítica hace falta una nota.</translation>
    </message>
    <message>
        <source>An acknowledgment can be undone for 10 s only.</source>
        <translation>Un reconocimiento solo se puede deshacer durante 10 s.</translation>
    </message>
    <message>
        <source>{host} is no host name of a unit: 1 to 31 characters of A-Z a-z 0-9 _ -</source>
        <translation>{host} no es un nombre de host de unidad: de 1 a 31 caracteres de A-Z a-z 0-9 _ -</translation>
    </message>
    <message>
        <source>Connected.</source>
        <translation>Conectado.</translation>
    </message>
    <message>
        <source>The broker runs as the user {user}, who may not enter {barrier}. Choose another home with ALARMSTATION_HOME, or permit it with: chmod o+x {barrier}</source>
        <translation>El bróker se ejecuta como el usuario {user}, que no puede entrar en {barrier}. Elija otra carpeta con ALARMSTATION_HOME o permítalo con: chmod o+x {barrier}</translation>
    </message>
    <message>
        <source>No connection to the broker: {reason}. Units and alarms are NOT heard.</source>
        <translation>Sin conexión con el bróker: {reason}. NO se oyen unidades ni alarmas.</translation>
    </message>
    <message>
        <source>Connected, but the broker&apos;s certificate is not verified (by settings).</source>
        <translation>Conectado, pero no se verifica el certificado del bróker (según los ajustes).</translation>
    </message>
    <message>
        <source>No MQTT broker was found ({places}). Run installer/dev.sh setup, install mosquitto, or set the address of a broker.</source>
        <translation>No se ha encontrado ningún bróker MQTT ({places}). Ejecute installer/dev.sh setup, instale mosquitto o indique la dirección de un bróker.</translation>
    </message>
    <message>
        <source>The broker speaks MQTT 3.1.1 only: it may drop messages under load.</source>
        <translation>El bróker solo habla MQTT 3.1.1: con mucha carga puede perder mensajes.</translation>
    </message>
    <message>
        <source>Port {port} of this machine is used by another program, maybe another MQTT broker. Stop it, set another broker port, or use it as a remote broker.</source>
        <translation>El puerto {port} de este equipo lo usa otro programa, quizá otro bróker MQTT. Deténgalo, indique otro puerto para el bróker o úselo como bróker remoto.</translation>
    </message>
    <message>
        <source>Starting.</source>
        <translation>Iniciando.</translation>
    </message>
    <message>
        <source>{reason}. It is tried again.</source>
        <translation>{reason}. Se intenta de nuevo.</translation>
    </message>
    <message>
        <source>The service could not do this because of an error in it; see its log.</source>
        <translation>El servicio no ha podido hacerlo por un error suyo; vea su registro.</translation>
    </message>
    <message>
        <source>The clock of this machine was moved by {seconds} s.</source>
        <translation>El reloj de este equipo se ha movido {seconds} s.</translation>
    </message>
    <message>
        <source>The clock runs steadily.</source>
        <translation>El reloj marcha con regularidad.</translation>
    </message>
    <message>
        <source>config {group} needs at least one value to write</source>
        <translation>config {group} necesita al menos un valor que escribir</translation>
    </message>
    <message>
        <source>{unit} may read what is left out as 0 or empty: give {missing} too</source>
        <translation>{unit} puede leer lo que falta como 0 o vacío: indique también {missing}</translation>
    </message>
    <message>
        <source>This command must be confirmed.</source>
        <translation>Esta orden se debe confirmar.</translation>
    </message>
    <message>
        <source>{field}: {value} is not allowed; allowed: {allowed}</source>
        <translation>{field}: {value} no se permite; se permite: {allowed}</translation>
    </message>
    <message>
        <source>{field}: {value} is not two letters</source>
        <translation>{field}: {value} no son dos letras</translation>
    </message>
    <message>
        <source>{field} is missing: {allowed}</source>
        <translation>falta {field}: {allowed}</translation>
    </message>
    <message>
        <source>{command} has no field {field}; it has: {allowed}</source>
        <translation>{command} no tiene el campo {field}; tiene: {allowed}</translation>
    </message>
    <message>
        <source>The command is being sent already.</source>
        <translation>La orden ya se está enviando.</translation>
    </message>
    <message>
        <source>Only a command that was not sent can be cancelled.</source>
        <translation>Solo se puede cancelar una orden que no se ha enviado.</translation>
    </message>
    <message>
        <source>{unit} is not connected; send it later, or let the command wait.</source>
        <translation>{unit} no está conectada; envíela más tarde o deje que la orden espere.</translation>
    </message>
    <message>
        <source>{unit} has had {count} commands within a minute; wait a little.</source>
        <translation>{unit} ha recibido {count} órdenes en un minuto; espere un poco.</translation>
    </message>
    <message>
        <source>Type the host name {host} to confirm.</source>
        <translation>Escriba el nombre de host {host} para confirmar.</translation>
    </message>
    <message>
        <source>there is no command {command}</source>
        <translation>no existe la orden {command}</translation>
    </message>
    <message>
        <source>This command is not known any more.</source>
        <translation>Esta orden ya no se conoce.</translation>
    </message>
    <message>
        <source>Somebody else was faster: {reason}.</source>
        <translation>Alguien ha sido más rápido: {reason}.</translation>
    </message>
    <message>
        <source>The database runs as the user {user}, who may not enter {barrier}. Choose another home with ALARMSTATION_HOME, or permit it with: chmod o+x {barrier}</source>
        <translation>La base de datos se ejecuta como el usuario {user}, que no puede entrar en {barrier}. Elija otra carpeta con ALARMSTATION_HOME o permítalo con: chmod o+x {barrier}</translation>
    </message>
    <message>
        <source>The database is away ({reason}). Alarms are shown but not yet stored; they are stored as soon as it is back.</source>
        <translation>La base de datos no está ({reason}). Las alarmas se muestran pero aún no se guardan; se guardan en cuanto vuelva.</translation>
    </message>
    <message>
        <source>The database was made with another version of {name} than the one of this program. Programs of different origin were mixed; nothing was changed.</source>
        <translation>La base de datos se creó con otra versión de {name} que la de este programa. Se han mezclado programas de distinto origen; no se ha cambiado nada.</translation>
    </message>
    <message>
        <source>The database scripts of this installation are incomplete; install it again.</source>
        <translation>Los guiones de base de datos de esta instalación están incompletos; instálela de nuevo.</translation>
    </message>
    <message>
        <source>The database was made by a newer program (schema {found}, this program knows {known}). Install the newer program on this station; nothing was changed.</source>
        <translation>La base de datos la creó un programa más nuevo (esquema {found}; este programa conoce {known}). Instale el programa nuevo en esta estación; no se ha cambiado nada.</translation>
    </message>
    <message>
        <source>database.mode is address, but database.dsn is empty. Enter the address, such as &quot;host=db.example port=5432 dbname=alarmstation user=alarmstation&quot;.</source>
        <translation>database.mode es address, pero database.dsn está vacío. Escriba la dirección, por ejemplo &quot;host=db.example port=5432 dbname=alarmstation user=alarmstation&quot;.</translation>
    </message>
    <message>
        <source>No usable PostgreSQL was found ({refused}). Run installer/dev.sh setup, install PostgreSQL {oldest} or later, or set the address of a database server.</source>
        <translation>No se ha encontrado ningún PostgreSQL utilizable ({refused}). Ejecute installer/dev.sh setup, instale PostgreSQL {oldest} o posterior, o indique la dirección de un servidor de base de datos.</translation>
    </message>
    <message>
        <source>The data in {folder} was made by PostgreSQL {made_by}; what was found is {binaries}. Install PostgreSQL {made_by}, or restore a backup into a new home.</source>
        <translation>Los datos de {folder} los creó PostgreSQL {made_by}; lo que se ha encontrado es {binaries}. Instale PostgreSQL {made_by} o restaure una copia en una carpeta nueva.</translation>
    </message>
    <message>
        <source>The file {file} with the password of the database in {folder} is gone; bring it back from a backup</source>
        <translation>Falta el archivo {file} con la contraseña de la base de datos de {folder}; recupérelo de una copia</translation>
    </message>
    <message>
        <source>Port {port} of this machine is used by another program. Stop it, or set another database port.</source>
        <translation>El puerto {port} de este equipo lo usa otro programa. Deténgalo o indique otro puerto para la base de datos.</translation>
    </message>
    <message>
        <source>The database server is PostgreSQL {found}; {needed} or newer is needed.</source>
        <translation>El servidor de base de datos es PostgreSQL {found}; hace falta {needed} o más nuevo.</translation>
    </message>
    <message>
        <source>{folder} belongs to somebody else; remove it, or use a home with a shorter path</source>
        <translation>{folder} es de otra persona; bórrela o use una carpeta con una ruta más corta</translation>
    </message>
    <message>
        <source>Everything is stored.</source>
        <translation>Todo está guardado.</translation>
    </message>
    <message>
        <source>Device {device} has history, alarms or commands, which are kept. It can be retired instead.</source>
        <translation>La unidad {device} tiene historial, alarmas u órdenes, que se conservan. En su lugar se puede retirar.</translation>
    </message>
    <message>
        <source>{mac} is not a MAC address of 12 hex digits.</source>
        <translation>{mac} no es una dirección MAC de 12 cifras hexadecimales.</translation>
    </message>
    <message>
        <source>A name has at most {count} characters.</source>
        <translation>Un nombre tiene como mucho {count} caracteres.</translation>
    </message>
    <message>
        <source>This device is not known any more.</source>
        <translation>Esta unidad ya no se conoce.</translation>
    </message>
    <message>
        <source>A message key is written as 64 hexadecimal digits.</source>
        <translation>Una clave de mensajes se escribe con 64 cifras hexadecimales.</translation>
    </message>
    <message>
        <source>The units&apos; keys in {file} cannot be read. Put back a backup of this file, or remove it and enter the keys again.</source>
        <translation>Las claves de las unidades en {file} no se pueden leer. Recupere una copia de este archivo o bórrelo y escriba las claves de nuevo.</translation>
    </message>
    <message>
        <source>type a command, then the units</source>
        <translation>escriba una orden y después las unidades</translation>
    </message>
    <message>
        <source>{command}: which {field}? Allowed: {allowed}</source>
        <translation>{command}: ¿qué {field}? Se permite: {allowed}</translation>
    </message>
    <message>
        <source>{field} is given twice</source>
        <translation>{field} aparece dos veces</translation>
    </message>
    <message>
        <source>{command} what? One of: {allowed}</source>
        <translation>{command}, ¿qué? Uno de: {allowed}</translation>
    </message>
    <message>
        <source>a quotation mark is not closed</source>
        <translation>hay unas comillas sin cerrar</translation>
    </message>
    <message>
        <source>there is no unit in {word}</source>
        <translation>no hay ninguna unidad en {word}</translation>
    </message>
    <message>
        <source>{word} is no set of units; there are {allowed}</source>
        <translation>{word} no es un grupo de unidades; hay {allowed}</translation>
    </message>
    <message>
        <source>{word} is the name of several sites: {paths}</source>
        <translation>{word} es el nombre de varios sitios: {paths}</translation>
    </message>
    <message>
        <source>there is no site {word}</source>
        <translation>no existe el sitio {word}</translation>
    </message>
    <message>
        <source>{word} is the name of several units: {hosts}</source>
        <translation>{word} es el nombre de varias unidades: {hosts}</translation>
    </message>
    <message>
        <source>there is no unit {word}</source>
        <translation>no existe la unidad {word}</translation>
    </message>
    <message>
        <source>{command}: for which units? A host, a name, @selected, @site:… or @all</source>
        <translation>{command}: ¿para qué unidades? Un host, un nombre, @selected, @site:… o @all</translation>
    </message>
    <message>
        <source>{command} does not take {word}; write fields as name=value: {allowed}</source>
        <translation>{command} no admite {word}; escriba los campos como nombre=valor: {allowed}</translation>
    </message>
    <message>
        <source>Port {port} for consoles cannot be opened: {problem}. Set link.port to 0 or to a free port.</source>
        <translation>El puerto {port} para consolas no se puede abrir: {problem}. Ponga link.port a 0 o a un puerto libre.</translation>
    </message>
    <message>
        <source>The service does not accept this console: its token is not valid.</source>
        <translation>El servicio no acepta esta consola: su credencial no es válida.</translation>
    </message>
    <message>
        <source>{file} cannot be written: {problem}. Consoles cannot find the service without it.</source>
        <translation>{file} no se puede escribir: {problem}. Sin él las consolas no encuentran el servicio.</translation>
    </message>
    <message>
        <source>Console and service are of different versions (link {console} and {service}). Update both to the same version and start the console again.</source>
        <translation>La consola y el servicio son de versiones distintas (enlace {console} y {service}). Actualice ambos a la misma versión y abra la consola de nuevo.</translation>
    </message>
    <message>
        <source>This account is not active.</source>
        <translation>Esta cuenta no está activa.</translation>
    </message>
    <message>
        <source>Too many wrong attempts; wait {seconds} s.</source>
        <translation>Demasiados intentos fallidos; espere {seconds} s.</translation>
    </message>
    <message>
        <source>Log in first.</source>
        <translation>Entre primero.</translation>
    </message>
    <message>
        <source>Name or password is wrong.</source>
        <translation>El nombre o la contraseña no son correctos.</translation>
    </message>
    <message>
        <source>Units are NOT heard.</source>
        <translation>NO se oyen las unidades.</translation>
    </message>
    <message>
        <source>Nothing is heard: no broker.</source>
        <translation>No se oye nada: no hay bróker.</translation>
    </message>
    <message>
        <source>Connected to the broker, but the test alarm did not come back.</source>
        <translation>Conectado al bróker, pero la alarma de prueba no ha vuelto.</translation>
    </message>
    <message>
        <source>Waiting for the database to learn which units there are. Nothing is heard.</source>
        <translation>Esperando a la base de datos para saber qué unidades hay. No se oye nada.</translation>
    </message>
    <message>
        <source>The certificate authority in {file} cannot be used: {problem}.</source>
        <translation>La autoridad de certificación de {file} no se puede usar: {problem}.</translation>
    </message>
    <message>
        <source>Connecting to {host}:{port}.</source>
        <translation>Conectando con {host}:{port}.</translation>
    </message>
    <message>
        <source>The broker refuses {refused} of {count} subscriptions of this station&apos;s account: some units or their alarms are NOT heard.</source>
        <translation>El bróker rechaza {refused} de {count} suscripciones de la cuenta de esta estación: algunas unidades o sus alarmas NO se oyen.</translation>
    </message>
    <message>
        <source>No key of {unit} is known, so nothing can be sent to it; enter its key first.</source>
        <translation>No se conoce ninguna clave de {unit}, así que no se le puede enviar nada; introduzca antes su clave.</translation>
    </message>
    <message>
        <source>The database is older than this program; these steps are missing: {names}. The service takes them when it starts: restart it.</source>
        <translation>La base de datos es más antigua que este programa; faltan estos pasos: {names}. El servicio los da al arrancar: reinícielo.</translation>
    </message>
    <message>
        <source>{host} is no host name: 1 to 31 letters, digits, _ and -.</source>
        <translation>{host} no es un nombre de equipo: de 1 a 31 letras, cifras, _ y -.</translation>
    </message>
    <message>
        <source>{mac} is the MAC address of {host} already.</source>
        <translation>{mac} ya es la dirección MAC de {host}.</translation>
    </message>
    <message>
        <source>This device is retired.</source>
        <translation>Este dispositivo está retirado.</translation>
    </message>
    <message>
        <source>Units are heard.</source>
        <translation>Se oyen las unidades.</translation>
    </message>
    <message>
        <source>The service does not know this request.</source>
        <translation>El servicio no conoce esta petición.</translation>
    </message>
    <message>
        <source>The password file {file} cannot be read: {problem}.</source>
        <translation>El archivo de contraseña {file} no se puede leer: {problem}.</translation>
    </message>
    <message>
        <source>The folder for passwords, {folder}, cannot be written: {reason}.</source>
        <translation>La carpeta de contraseñas, {folder}, no se puede escribir: {reason}.</translation>
    </message>
    <message>
        <source>The sequence numbers of this unit are used up; it must be given a new key.</source>
        <translation>Los números de secuencia de esta unidad se han agotado; hay que darle una clave nueva.</translation>
    </message>
    <message>
        <source>A service is already running for {home}. Use its console, or stop it first.</source>
        <translation>Ya hay un servicio en marcha para {home}. Use su consola o deténgalo antes.</translation>
    </message>
    <message>
        <source>The service runs.</source>
        <translation>El servicio está en marcha.</translation>
    </message>
    <message>
        <source>A site cannot lie within itself.</source>
        <translation>Un sitio no puede estar dentro de sí mismo.</translation>
    </message>
    <message>
        <source>A name has 1 to {count} characters.</source>
        <translation>Un nombre tiene de 1 a {count} caracteres.</translation>
    </message>
    <message>
        <source>This site is not known any more.</source>
        <translation>Este sitio ya no se conoce.</translation>
    </message>
    <message>
        <source>Nothing waits to be stored.</source>
        <translation>Nada espera para guardarse.</translation>
    </message>
    <message>
        <source>{count} rows wait for the database.</source>
        <translation>{count} filas esperan a la base de datos.</translation>
    </message>
    <message>
        <source>The base topic &quot;{value}&quot; has an empty level, a leading or closing &quot;/&quot; or a wildcard.</source>
        <translation>El tema base &quot;{value}&quot; tiene un nivel vacío, una &quot;/&quot; al principio o al final, o un comodín.</translation>
    </message>
    <message>
        <source>The base topic is too long.</source>
        <translation>El tema base es demasiado largo.</translation>
    </message>
    <message>
        <source>The command branch is &quot;d&quot; or &quot;c&quot;, not &quot;{value}&quot;.</source>
        <translation>La rama de órdenes es &quot;d&quot; o &quot;c&quot;, no &quot;{value}&quot;.</translation>
    </message>
    <message>
        <source>Not possible now: {reason}.</source>
        <translation>Ahora no es posible: {reason}.</translation>
    </message>
    <message>
        <source>Not possible now: the service or the database is not connected. It is tried again by itself; alarms are shown as soon as they can be.</source>
        <translation>Ahora no es posible: el servicio o la base de datos no están conectados. Se intenta de nuevo por sí solo; las alarmas se muestran en cuanto se puede.</translation>
    </message>
    <message>
        <source>The console could not do this because of an error in it. Alarms go on being shown; tell the administrator, the log has the details.</source>
        <translation>La consola no ha podido hacerlo por un error suyo. Las alarmas se siguen mostrando; avise al administrador, el registro tiene los detalles.</translation>
    </message>
</context>
<context>
    <name>times</name>
    <message>
        <source>now</source>
        <translation>ahora</translation>
    </message>
    <message>
        <source>{count} s ago</source>
        <translation>hace {count} s</translation>
    </message>
    <message>
        <source>{count} min ago</source>
        <translation>hace {count} min</translation>
    </message>
    <message>
        <source>{count} h ago</source>
        <translation>hace {count} h</translation>
    </message>
    <message>
        <source>{count} d ago</source>
        <translation>hace {count} d</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} s</translation>
    </message>
    <message>
        <source>{minutes} min</source>
        <translation>{minutes} min</translation>
    </message>
    <message>
        <source>{hours} h {minutes} min</source>
        <translation>{hours} h {minutes} min</translation>
    </message>
    <message>
        <source>{days} d {hours} h</source>
        <translation>{days} d {hours} h</translation>
    </message>
    <message>
        <source>{milliseconds} ms</source>
        <translation>{milliseconds} ms</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>Panic button 1</source>
        <translation>Botón de pánico 1</translation>
    </message>
    <message>
        <source>Panic button 2</source>
        <translation>Botón de pánico 2</translation>
    </message>
    <message>
        <source>Box opened</source>
        <translation>Caja abierta</translation>
    </message>
    <message>
        <source>Fire</source>
        <translation>Incendio</translation>
    </message>
    <message>
        <source>Intrusion</source>
        <translation>Intrusión</translation>
    </message>
    <message>
        <source>Medical emergency</source>
        <translation>Emergencia médica</translation>
    </message>
    <message>
        <source>Duress</source>
        <translation>Coacción</translation>
    </message>
    <message>
        <source>Unknown alarm</source>
        <translation>Alarma desconocida</translation>
    </message>
    <message>
        <source>Connection lost</source>
        <translation>Conexión perdida</translation>
    </message>
    <message>
        <source>Unregistered unit</source>
        <translation>Unidad sin registrar</translation>
    </message>
    <message>
        <source>Security notice</source>
        <translation>Aviso de seguridad</translation>
    </message>
    <message>
        <source>Station fault</source>
        <translation>Fallo de la estación</translation>
    </message>
    <message>
        <source>Somebody asks for help. Take the alarm, look and call the place, send help.</source>
        <translation>Alguien pide ayuda. Tome la alarma, mire y llame al lugar, envíe ayuda.</translation>
    </message>
    <message>
        <source>The unit&apos;s box is open. Ask the place whether a technician is working on it.</source>
        <translation>La caja de la unidad está abierta. Pregunte allí si un técnico está trabajando en ella.</translation>
    </message>
    <message>
        <source>Call the fire brigade, then the place.</source>
        <translation>Llame a los bomberos y después al lugar.</translation>
    </message>
    <message>
        <source>Look and call the place; call the police.</source>
        <translation>Mire y llame al lugar; llame a la policía.</translation>
    </message>
    <message>
        <source>Call an ambulance, then the place.</source>
        <translation>Llame a una ambulancia y después al lugar.</translation>
    </message>
    <message>
        <source>Somebody is being threatened. Call the police only.</source>
        <translation>Están amenazando a alguien. Llame solo a la policía.</translation>
    </message>
    <message>
        <source>This unit cannot be heard. Until it is back, nobody is warned from there.</source>
        <translation>No se oye esta unidad. Hasta que vuelva, desde allí no se avisa a nadie.</translation>
    </message>
    <message>
        <source>A unit that nobody enrolled reports an alarm. Find out where it is.</source>
        <translation>Una unidad que nadie ha registrado avisa de una alarma. Averigüe dónde está.</translation>
    </message>
    <message>
        <source>Messages of this unit are not authentic. Tell a technician.</source>
        <translation>Los mensajes de esta unidad no son auténticos. Avise a un técnico.</translation>
    </message>
    <message>
        <source>The station itself needs attention; see the top line.</source>
        <translation>La propia estación necesita atención; vea la línea superior.</translation>
    </message>
    <message>
        <source>Somebody is testing this unit on site: nobody asks for help. Acknowledge it.</source>
        <translation>Alguien está probando esta unidad en el lugar: nadie pide ayuda. Reconózcala.</translation>
    </message>
    <message>
        <source>Low</source>
        <translation>Baja</translation>
    </message>
    <message>
        <source>Medium</source>
        <translation>Media</translation>
    </message>
    <message>
        <source>High</source>
        <translation>Alta</translation>
    </message>
    <message>
        <source>Critical</source>
        <translation>Crítica</translation>
    </message>
    <message>
        <source>Closed</source>
        <translation>Cerrada</translation>
    </message>
    <message>
        <source>Active</source>
        <translation>Activa</translation>
    </message>
    <message>
        <source>Acknowledged</source>
        <translation>Reconocida</translation>
    </message>
    <message>
        <source>Returned</source>
        <translation>Terminada</translation>
    </message>
    <message>
        <source>Shelved</source>
        <translation>Aplazada</translation>
    </message>
    <message>
        <source>Suppressed</source>
        <translation>Suprimida</translation>
    </message>
    <message>
        <source>Out of service</source>
        <translation>Fuera de servicio</translation>
    </message>
    <message>
        <source>arrived late</source>
        <translation>llegó tarde</translation>
    </message>
    <message>
        <source>test</source>
        <translation>prueba</translation>
    </message>
    <message>
        <source>order doubtful</source>
        <translation>orden dudoso</translation>
    </message>
    <message>
        <source>not verified</source>
        <translation>sin verificar</translation>
    </message>
    <message>
        <source>found by counter</source>
        <translation>hallada por contador</translation>
    </message>
    <message>
        <source>unregistered unit</source>
        <translation>unidad sin registrar</translation>
    </message>
    <message>
        <source>an alarm message with a wrong tag</source>
        <translation>un mensaje de alarma con una firma falsa</translation>
    </message>
    <message>
        <source>an alarm message without a tag</source>
        <translation>un mensaje de alarma sin firma</translation>
    </message>
    <message>
        <source>a retained command</source>
        <translation>una orden retenida en el bróker</translation>
    </message>
    <message>
        <source>a command from another controller</source>
        <translation>una orden de otro emisor</translation>
    </message>
    <message>
        <source>MAC {heard} instead of {known}</source>
        <translation>MAC {heard} en lugar de {known}</translation>
    </message>
    <message>
        <source>factory host of another MAC ({heard})</source>
        <translation>nombre de fábrica de otra MAC ({heard})</translation>
    </message>
    <message>
        <source>last will of {host}</source>
        <translation>testamento de {host}</translation>
    </message>
    <message>
        <source>more than {count} unknown hosts within an hour</source>
        <translation>más de {count} unidades desconocidas en una hora</translation>
    </message>
    <message>
        <source>The database is away</source>
        <translation>La base de datos no responde</translation>
    </message>
    <message>
        <source>Service</source>
        <translation>Servicio</translation>
    </message>
    <message>
        <source>Broker</source>
        <translation>Bróker</translation>
    </message>
    <message>
        <source>Database</source>
        <translation>Base de datos</translation>
    </message>
    <message>
        <source>Spool</source>
        <translation>Cola local</translation>
    </message>
    <message>
        <source>Clock</source>
        <translation>Reloj</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>Sonido</translation>
    </message>
    <message>
        <source>Receiving</source>
        <translation>Recepción</translation>
    </message>
    <message>
        <source>Units heard</source>
        <translation>Oye unidades</translation>
    </message>
    <message>
        <source>Units NOT heard</source>
        <translation>NO oye unidades</translation>
    </message>
    <message>
        <source>in order</source>
        <translation>en orden</translation>
    </message>
    <message>
        <source>limited</source>
        <translation>limitado</translation>
    </message>
    <message>
        <source>down</source>
        <translation>caído</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>iniciando</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Observador</translation>
    </message>
    <message>
        <source>Guard</source>
        <translation>Vigilante</translation>
    </message>
    <message>
        <source>Technician</source>
        <translation>Técnico</translation>
    </message>
    <message>
        <source>Supervisor</source>
        <translation>Supervisor</translation>
    </message>
    <message>
        <source>Administrator</source>
        <translation>Administrador</translation>
    </message>
    <message>
        <source>Never heard</source>
        <translation>Nunca oída</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>En línea</translation>
    </message>
    <message>
        <source>Late</source>
        <translation>Con retraso</translation>
    </message>
    <message>
        <source>Offline</source>
        <translation>Sin conexión</translation>
    </message>
    <message>
        <source>Panic 1</source>
        <translation>Pánico 1</translation>
    </message>
    <message>
        <source>Panic 2</source>
        <translation>Pánico 2</translation>
    </message>
    <message>
        <source>Tamper</source>
        <translation>Sabotaje</translation>
    </message>
    <message>
        <source>Input 1</source>
        <translation>Entrada 1</translation>
    </message>
    <message>
        <source>Input 2</source>
        <translation>Entrada 2</translation>
    </message>
    <message>
        <source>Siren</source>
        <translation>Sirena</translation>
    </message>
    <message>
        <source>Turret</source>
        <translation>Giratoria</translation>
    </message>
    <message>
        <source>Relay 1</source>
        <translation>Relé 1</translation>
    </message>
    <message>
        <source>Relay 2</source>
        <translation>Relé 2</translation>
    </message>
</context>
</TS>
